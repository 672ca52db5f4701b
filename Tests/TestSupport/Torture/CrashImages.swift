internal import Kindred

/// The disks that crashes at each of a store's mutating file operations would leave, with what they
/// may hold.
final class CrashImages: Sendable {
  struct Image: Sendable {
    let disk: SimulatedFileSystem
    let expectation: CrashExpectation
    /// Where the crash was, for the report of a failure.
    let origin: String
  }

  private let images = Recorder<Image>()
  private let seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  /// Takes the images of every crash of `disk` from now on.
  func observe(_ disk: SimulatedFileSystem, expecting watch: CrashWatch) {
    disk.observeMutations { [weak disk, self] call in
      guard let disk else { return }
      let before = watch.expectation
      let taken = Self.take(
        of: disk, seed: seed &+ UInt64(call.mutationIndex), expecting: before,
        origin: "\(call.mutationIndex) \(call.operation) \(call.path)")
      // Something was acknowledged meanwhile, so it is not known what the images may hold.
      guard before == watch.expectation else { return }
      for image in taken { images.record(image) }
    }
  }

  /// The images since the last call.
  func drain() -> [Image] { images.drain() }

  /// One image for each way to crash now; the last is what a killed process leaves, with the power on.
  static func take(
    of disk: SimulatedFileSystem, seed: UInt64, expecting expectation: CrashExpectation,
    origin: String
  ) -> [Image] {
    // Where nothing can be lost, all ways are the same.
    let modes = disk.hasUnsyncedChanges ? CrashMode.allCases : [.lostUnsynced]
    let images = modes.map { mode in
      Image(
        disk: disk.crashImage(mode, seed: seed), expectation: expectation,
        origin: "\(origin), \(mode)")
    }
    let killed = Image(
      disk: disk.afterKill(), expectation: expectation, origin: "\(origin), killed")
    return images + [killed]
  }
}

internal import Kindred

/// Opens a disk that a crash has left and looks whether all is well: it holds what it may hold,
/// answers queries accordingly, takes a write, and still has everything after one more crash.
struct CrashCheck {
  static let directory = "/data"

  var random: SeededGenerator
  var options = StoreOptions(backgroundWork: false)

  func open(_ disk: SimulatedFileSystem) throws(StoreError) -> Store {
    var options = options
    options.fileSystem = disk
    return try Store.open(Self.directory, options: options)
  }

  /// - Returns: what is wrong; nil when nothing is.
  mutating func objection(to image: CrashImages.Image) async -> String? {
    do throws(StoreError) {
      let store = try open(image.disk)
      defer { store.abandon() }
      try await store.verify()
      var contents = try StoreContents(store)
      if let objection = image.expectation.objection(to: contents) { return objection }
      if let wrong = try StoreProbe.wrongAnswer(store, contents, using: &random) { return wrong }
      let quarantined = store.statistics.recovery.quarantined
      guard quarantined.isEmpty else { return "quarantined \(quarantined)" }
      var writes = StepGenerator(seed: random.next())
      let step = writes.next(contents)
      try await step.perform(on: store)
      step.apply(to: &contents)
      let left = image.disk.crashImage(.lostUnsynced, seed: 0)
      let again = try open(left)
      defer { again.abandon() }
      let found = try StoreContents(again)
      return found == contents ? nil : "after \(step): \(contents.difference(from: found))"
    } catch {
      return "\(error)"
    }
  }
}

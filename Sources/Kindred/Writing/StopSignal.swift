import StorageIO
import Synchronization

/// Asks long work in the background to give up, because the store is closing.
final class StopSignal: Sendable {
  private let flag = Atomic(false)
  private let deadline = Mutex<ContinuousClock.Instant?>(nil)

  var isSet: Bool {
    if flag.load(ordering: .relaxed) { return true }
    guard let deadline = deadline.withLock({ $0 }), ContinuousClock.now >= deadline else {
      return false
    }
    set()
    return true
  }

  func set() { flag.store(true, ordering: .relaxed) }

  /// Sets the signal when that time has come.
  func set(at deadline: ContinuousClock.Instant) { self.deadline.withLock { $0 = deadline } }
}

/// A sink that fails as soon as the signal is set, so that its writer stops.
struct StoppableSink<Base: ByteSink>: ByteSink {
  var base: Base
  let stop: StopSignal
  let path: String
  /// When set, the sink also fails where it would take the last room on this directory's disk.
  var sparing: DataDirectory?
  /// Bytes appended since room was looked for.
  private var uncheckedByteCount = 0
  private static var checkedByteCount: Int { 64 << 10 }

  init(base: Base, stop: StopSignal, path: String, sparing: DataDirectory? = nil) {
    self.base = base
    self.stop = stop
    self.path = path
    self.sparing = sparing
  }

  var byteCount: Int { base.byteCount }
  var bufferedByteCount: Int { base.bufferedByteCount }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    if stop.isSet { throw .io(operation: "finish writing", path: path, code: Errno.canceled) }
    if let sparing {
      uncheckedByteCount += bytes.count
      if uncheckedByteCount >= Self.checkedByteCount {
        try sparing.checkRoom(for: bufferedByteCount + bytes.count, operation: "go on writing")
        uncheckedByteCount = 0
      }
    }
    try base.append(bytes)
  }
}

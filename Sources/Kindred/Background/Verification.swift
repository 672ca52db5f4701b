import Dispatch
import SparseIndex
import StorageIO
import Synchronization

/// After opening, and below everything else, compares those sections of segment files with their
/// checksums that nobody has needed yet, and opens them; then its thread ends.
final class Verification: Sendable {
  private let stopSignal = StopSignal()
  private let isStarted = Atomic(false)
  private let finished = DispatchSemaphore(value: 0)
  private let remaining: Atomic<Int>
  private let segments: Mutex<[(segment: Segment, byteCount: Int)]>

  init(_ state: StoreState) {
    let segments = state.collections.values.flatMap(\.files).map {
      (segment: $0.live.segment, byteCount: $0.live.segment.unverifiedByteCount)
    }
    remaining = Atomic(segments.reduce(0) { $0 + $1.byteCount })
    self.segments = Mutex(segments)
  }

  /// Bytes that it has not come to.
  var remainingByteCount: Int { remaining.load(ordering: .relaxed) }

  /// - Throws: when there is no room for the thread.
  func start() throws(StorageError) {
    guard remainingByteCount > 0 else { return }
    try SystemThread.start("kindred.verify", niceness: 19) { [self] in
      run()
      finished.signal()
    }
    isStarted.store(true, ordering: .relaxed)
  }

  /// Ends the thread and waits for it. Call it once.
  func stop() {
    stopSignal.set()
    if isStarted.load(ordering: .relaxed) { finished.wait() }
  }

  private func run() {
    let context = ReadContext(isAbandoned: { [stopSignal] in stopSignal.isSet })
    while let (segment, byteCount) = segments.withLock({ $0.popLast() }) {
      guard segment.openAll(for: context) else { return }
      remaining.wrappingSubtract(byteCount, ordering: .relaxed)
    }
  }
}

import Synchronization

/// Hands out the numbers of segments, to any thread. A segment file is named by its own.
final class SegmentNumbers: Sendable {
  private let counter: Atomic<UInt64>

  init(next: UInt64) { counter = Atomic(next) }

  func make() -> UInt64 { counter.wrappingAdd(1, ordering: .relaxed).oldValue }
  /// Larger than every number handed out.
  var next: UInt64 { counter.load(ordering: .relaxed) }
}

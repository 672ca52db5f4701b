internal import Synchronization

/// Tells the decoder of a long text when nobody waits for it any more.
///
/// Readers and inputs ask it once a value, so that no loop of a decoder needs to.
package final class DecodingWatch: Sendable {
  /// Values between two looks at the clock: less than a millisecond.
  private static let valueCount = 1 << 11

  private let isOver: @Sendable () -> Bool
  private let remaining = Atomic(valueCount)

  package init(isOver: @escaping @Sendable () -> Bool) { self.isOver = isOver }

  /// Counts a value. Once over, always over.
  /// - Returns: whether to stop.
  @inline(__always)
  func isOver(after count: Int) -> Bool {
    let left = remaining.load(ordering: .relaxed) &- count
    remaining.store(left, ordering: .relaxed)
    return left <= 0 && look()
  }

  private func look() -> Bool {
    let isOver = isOver()
    remaining.store(isOver ? 0 : Self.valueCount, ordering: .relaxed)
    return isOver
  }
}

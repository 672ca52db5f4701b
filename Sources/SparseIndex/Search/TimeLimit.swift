/// When to stop working on a request. Loops over many points ask `hasPassed` now and then and return
/// early; who answers the request asks once more and throws away what they made.
package struct TimeLimit: Sendable {
  /// Of the request that the current task works on; nil is none.
  @TaskLocal package static var current: TimeLimit?

  private let deadline: ContinuousClock.Instant
  private let isAbandoned: @Sendable () -> Bool

  /// - Parameter isAbandoned: whether nobody waits for the answer any more.
  package init(
    deadline: ContinuousClock.Instant, isAbandoned: @escaping @Sendable () -> Bool = { false }
  ) {
    self.deadline = deadline
    self.isAbandoned = isAbandoned
  }

  package var hasPassed: Bool { isAbandoned() || ContinuousClock.now >= deadline }

  /// Whether the current request's time is up, or its task cancelled.
  package static var hasPassed: Bool { Task.isCancelled || current?.hasPassed ?? false }
}

extension PointMask {
  /// As `forEach`, until the request's time is up.
  package func forEachInTime(_ body: (Int) -> Void) {
    for start in stride(from: 0, to: count, by: 2048) {
      if TimeLimit.hasPassed { return }
      forEach(in: start..<min(start + 2048, count), body)
    }
  }
}

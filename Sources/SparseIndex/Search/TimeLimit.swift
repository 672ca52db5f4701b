/// When to stop working on a request. Loops over many points ask `hasPassed` now and then and return
/// early; who answers the request asks once more and throws away what they made.
package enum TimeLimit {
  /// Of the request that the current task works on; nil is none.
  @TaskLocal package static var deadline: ContinuousClock.Instant?

  /// Whether the request's time is up, or its task cancelled.
  package static var hasPassed: Bool {
    if Task.isCancelled { return true }
    guard let deadline else { return false }
    return ContinuousClock.now >= deadline
  }
}

extension PointMask {
  /// As `forEach`, until the request's time is up.
  package func forEachInTime(_ body: (Int) -> Void) {
    for start in stride(from: 0, to: words.count, by: 32) {
      if TimeLimit.hasPassed { return }
      for index in start..<min(start + 32, words.count) {
        var word = words[index]
        while word != 0 {
          body(index << 6 + word.trailingZeroBitCount)
          word &= word - 1
        }
      }
    }
  }
}

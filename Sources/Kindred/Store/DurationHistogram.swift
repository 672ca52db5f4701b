/// A histogram of durations.
public struct DurationHistogram: Sendable {
  /// Upper bounds in seconds, ascending.
  public let bounds: [Double]
  /// How many were at most `bounds[i]` and more than the bound before it; the last one counts those
  /// beyond all bounds.
  public private(set) var counts: [Int]
  /// Sum of all durations.
  public private(set) var seconds = 0.0

  /// A histogram without durations.
  /// - Parameter bounds: upper bounds in seconds, ascending.
  package init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// The number of all durations.
  public var count: Int { counts.reduce(0, +) }

  /// Adds one duration, in seconds.
  package mutating func record(_ seconds: Double) {
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    self.seconds += seconds
  }

  /// For log syncs, which take tenths of a millisecond on a good disk.
  package static let syncBounds = [
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5,
  ]
}

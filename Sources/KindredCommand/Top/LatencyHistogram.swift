import JSONCodec

/// How many requests took how long, between two samples.
package struct LatencyHistogram: Sendable {
  /// By upper bound in seconds: all that took no longer.
  private var buckets: [Double: Double] = [:]
  package private(set) var count = 0.0
  package private(set) var seconds = 0.0

  /// - Parameters:
  ///   - name: of the family, without `_bucket`.
  ///   - isWanted: by the labels.
  package init(
    _ name: String, from earlier: MetricsSample, to later: MetricsSample,
    where isWanted: ([ByteString: String]) -> Bool = { _ in true }
  ) {
    for (sample, sign) in [(earlier, -1.0), (later, 1.0)] {
      for value in sample[name + "_bucket"] where isWanted(value.labels) {
        guard let bound = value.labels[ByteString("le")].flatMap(Self.bound) else { continue }
        buckets[bound, default: 0] += sign * value.value
      }
      for value in sample[name + "_count"] where isWanted(value.labels) {
        count += sign * value.value
      }
      for value in sample[name + "_sum"] where isWanted(value.labels) {
        seconds += sign * value.value
      }
    }
  }

  package var mean: Double? { count > 0 ? max(seconds, 0) / count : nil }

  /// The time that this fraction of the requests did not exceed, found on the straight line through its
  /// bucket as Prometheus' `histogram_quantile` does; the greatest bound for what is beyond it.
  package func quantile(_ fraction: Double) -> Double? {
    guard count > 0 else { return nil }
    let wanted = fraction * count
    var (below, bound) = (0.0, 0.0)
    for (upper, cumulative) in buckets.sorted(by: { $0.key < $1.key }) {
      guard cumulative >= wanted else {
        (below, bound) = (cumulative, upper)
        continue
      }
      if upper.isInfinite { return bound }
      let share = cumulative > below ? (wanted - below) / (cumulative - below) : 1
      return bound + (upper - bound) * share
    }
    return bound
  }

  private static func bound(_ text: String) -> Double? {
    text == "+Inf" ? .infinity : Double(text)
  }
}

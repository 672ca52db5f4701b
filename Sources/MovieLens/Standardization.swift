/// Makes weights of stars: `(stars − mean) / deviation`, the z-score, in Float64 and rounded once to
/// Float32.
package struct Standardization: Equatable, Sendable {
  package var mean: Double
  /// The sample deviation (n − 1) when it was computed.
  package var deviation: Double

  /// Nil unless both are finite and the deviation is above zero.
  package init?(mean: Double, deviation: Double) {
    guard mean.isFinite, deviation.isFinite, deviation > 0 else { return nil }
    self.mean = mean
    self.deviation = deviation
  }

  /// Mean and deviation of all ratings of a set, from exact sums: there are ten different ratings.
  package init(of ratings: RatingTable) throws(MovieLensError) {
    var counts = [Int](repeating: 0, count: 11)
    for halfStars in ratings.halfStars { counts[Int(halfStars)] += 1 }
    let total = ratings.count
    guard total >= 2 else {
      throw .notNormalisable(reason: "\(total) ratings have no sample deviation")
    }
    let doubledSum = counts.enumerated().reduce(0) { $0 + $1.offset * $1.element }
    let mean = Double(doubledSum) / 2 / Double(total)
    let squares = counts.enumerated().reduce(0.0) { sum, entry in
      let distance = Double(entry.offset) / 2 - mean
      return sum + Double(entry.element) * distance * distance
    }
    let deviation = (squares / Double(total - 1)).squareRoot()
    guard let result = Standardization(mean: mean, deviation: deviation) else {
      throw .notNormalisable(reason: "all ratings are equal, their deviation is 0")
    }
    self = result
  }

  package func weight(halfStars: UInt8) -> Float {
    Float((Double(halfStars) / 2 - mean) / deviation)
  }
}

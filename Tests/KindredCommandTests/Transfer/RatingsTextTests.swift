import Kindred
import KindredCommand
import TestSupport
import Testing

struct RatingsTextTests {
  @Test(arguments: 0..<20)
  func `a rating comes back as it was`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scale = RatingScale.zscore(
      mean: .random(in: -5...5, using: &random), deviation: .random(in: 0.1...3, using: &random))
    for _ in 0..<500 {
      let halves = Int.random(in: -20...20, using: &random)
      let text = RatingsText.rating(of: scale.weight(of: Double(halves) / 2), scale)
      #expect(text == (halves % 2 == 0 ? "\(halves / 2)" : "\(Double(halves) / 2)"), "\(random)")
      let count = Int.random(in: 0...10_000, using: &random)
      #expect(RatingsText.rating(of: RatingScale.log.weight(of: Double(count)), .log) == "\(count)")
    }
  }

  @Test(arguments: 0..<20)
  func `whatever the rating, its text has the weight`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let deviation = Double.random(in: 0.01...100, using: &random)
      let scale = RatingScale.zscore(mean: 0, deviation: deviation)
      let weight = Float.random(in: -10...10, using: &random)
      let rating = try #require(Double(RatingsText.rating(of: weight, scale)))
      #expect(abs(scale.weight(of: rating) - weight) <= weight.magnitude.ulp, "\(random)")
      #expect(Float(RatingsText.rating(of: weight, .none)) == weight)
    }
    for extreme in [
      Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0,
    ] {
      for scale in [RatingScale.none, .log, .binary, .zscore(mean: 1e300, deviation: 1e-300)] {
        #expect(Double(RatingsText.rating(of: extreme, scale)) != nil)
      }
    }
  }
}

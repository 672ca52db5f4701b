import Kindred
import SparseIndex
import TestSupport
import Testing

/// How weights of any kind become what recommendations are made of.
@Suite struct WeightDistributionTests {
  private static func distribution(of weights: [Float]) -> WeightDistribution {
    var histogram = WeightHistogram()
    for weight in weights { histogram.add(weight) }
    return WeightDistribution(histogram.bins, within: weights.min()!...weights.max()!)
  }

  /// The guide's formula, for each of the weights.
  private static func plain(_ weights: [Float]) -> [Double] {
    let least = Double(weights.min()!)
    let width = Double(weights.max()!) - least
    let places = weights.map { (Double($0) - least) / width }
    let mean = places.reduce(0, +) / Double(weights.count)
    let share =
      mean < 0.45 ? (0.45 - mean) / (0.5 - mean) : mean > 0.9 ? (mean - 0.9) / (mean - 0.5) : 0
    let sorted = weights.sorted()
    return zip(weights, places).map { weight, place in
      let less = sorted.firstIndex(of: weight)!
      let equal = sorted.lastIndex(of: weight)! - less + 1
      let rank = (Double(less) + Double(equal) / 2) / Double(weights.count)
      return 0.2 + 0.8 * ((1 - share) * place + share * rank)
    }
  }

  private static func repeated(_ counts: KeyValuePairs<Float, Int>) -> [Float] {
    counts.flatMap { Array(repeating: $0.key, count: $0.value) }
  }

  private static let stars = repeated([1: 56, 2: 107, 3: 261, 4: 349, 5: 226])

  @Test func `stars and their z-scores lie evenly on the range, as they are`() {
    let maps: [(scale: Float, offset: Float)] = [(1, 0), (0.895, -3.2), (1, 1000), (0.5, 0)]
    for (scale, offset) in maps {
      func map(_ star: Float) -> Float { scale * star + offset }
      let distribution = Self.distribution(of: Self.stars.map(map))
      #expect(distribution.rankShare == 0 && distribution.ranks.isEmpty)
      let curve = distribution.curve
      let values = (1...5).map { curve(map(Float($0))) }
      for (value, expected) in zip(values.sorted(), [0.2, 0.4, 0.6, 0.8, 1]) {
        #expect(abs(value - expected) < 1e-4)
      }
    }
  }

  private static let crowded: [[Float]] = {
    var sets: [[Float]] = [stars + [1e30], stars + [-1e30]]
    sets.append(repeated([1: 540, 2: 212, 3: 107, 4: 60, 7: 40, 19: 30, 69: 1]))
    sets.append(repeated([1: 2000, 1000: 3]))
    sets.append(repeated([0: 95, 1: 5]))
    sets.append(repeated([-3: 2, 0: 90, 2: 5, 80: 3]))
    sets.append(repeated([-10_000: 1, 1: 20, 2: 20, 3: 50]))
    sets.append(repeated([-3.4e38: 1, 0: 1, 3.4e38: 1]))
    sets.append(repeated([1: 1, 2: 1, 200: 1]))
    var zipf: [Float] = []
    for count in 1...40 {
      zipf += Array(repeating: Float(count), count: 1 + 4000 / (count * count))
    }
    sets.append(zipf)
    return sets
  }()

  @Test(arguments: crowded.indices) func `weights that crowd at an end are told apart by rank`(
    index: Int
  ) {
    let weights = Self.crowded[index]
    let curve = Self.distribution(of: weights).curve
    let expected = Self.plain(weights)
    var last: (weight: Float, value: Double) = (-.infinity, 0)
    for index in weights.indices.sorted(by: { weights[$0] < weights[$1] }) {
      let (weight, expected) = (weights[index], expected[index])
      let value = curve(weight)
      // Where ranks are closer than a 64th, some are interpolated.
      #expect(abs(value - expected) < 0.02, "\(weight)")
      #expect(weight == last.weight || value > last.value)
      last = (weight, value)
    }
    let mean = weights.reduce(0) { $0 + curve($1) } / Double(weights.count)
    #expect(0.54...0.93 ~= mean)
  }

  @Test func `many different weights need few knots`() {
    var random = SeededGenerator(seed: 5)
    let weights = (0..<50_000).map { _ in
      let share = Double.random(in: 0.00001..<1, using: &random)
      return Float(1 / share)
    }
    let distribution = Self.distribution(of: weights)
    #expect(60...130 ~= distribution.ranks.count)
    let curve = distribution.curve
    let sorted = weights.sorted()
    for rank in [0.05, 0.5, 0.95] {
      let weight = sorted[Int(rank * 50_000)]
      let place = Double(weight) / 100_000
      let share = distribution.rankShare
      let expected: Double = 0.2 + 0.8 * ((1 - share) * place + share * rank)
      #expect(abs(curve(weight) - expected) < 0.02)
    }
  }

  @Test func `all equal is 1, and what is too close together for bins is as it lies`() {
    #expect(Self.distribution(of: [7, 7, 7]).curve(7) == 1)
    let close = [Float](repeating: 1e9, count: 20) + [Float(1e9).nextUp]
    let curve = Self.distribution(of: close).curve
    #expect(abs(curve(1e9) - 0.2) < 1e-6 && abs(curve(Float(1e9).nextUp) - 1) < 1e-6)
    // Seconds of one year.
    let times = (0..<1000).map { Float(1_000_000_000 + $0 * $0 * 31) }
    let ofTimes = Self.distribution(of: times).curve
    let values = times.map { ofTimes($0) }
    for (value, expected) in zip(values, Self.plain(times)) {
      #expect(abs(value - expected) < 0.03)
    }
  }

  @Test(arguments: [1, 2, 3]) func `recommendations from counts are the same in every layout`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let configuration = CollectionConfiguration(sparseVectors: ["ratings": .init()])
    func person(_ id: UInt64) -> Point {
      let items = (UInt32(0)..<50).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      let weights = items.map { _ in
        Float(Int(1 / Double.random(in: 0.0003..<1, using: &random)))
      }
      return Point(
        id: .integer(id),
        vectors: ["ratings": .sparse(SparseVector(ascending: items, weights: weights))])
    }
    func live(_ points: [Point], deleted: Int = 0) throws -> LiveSegment {
      var mask = PointMask(count: points.count)
      for offset in 0..<deleted { mask[offset] = true }
      return LiveSegment(
        try makeSegment(points, configuration), deleted: deleted > 0 ? mask : nil)
    }
    let people = (0..<120).map { person($0 + 10) }
    // Other weights of those who were there before count no longer.
    let before = (0..<40).map { person($0) }
    let layouts = [
      [try live(people)], [try live(Array(people[..<30])), try live(Array(people[30...]))],
      [try live(before, deleted: 40), try live(people)],
    ]
    let request = RecommendationRequest(
      subject: .ratings(SparseVector(ascending: [1, 2, 3], weights: [1, 40, 3])), limit: 50,
      explain: true)
    let answers = try layouts.map { segments in
      try CollectionView(
        name: "c", identity: 7, configuration: configuration, segments: segments,
        sequenceNumber: 1
      ).recommend(request)
    }
    #expect(!answers[0].items.isEmpty && answers.allSatisfy { $0 == answers[0] })
    for item in answers[0].items {
      let sum = try #require(item.explanation).reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - item.score) < 1e-3)
    }
  }
}

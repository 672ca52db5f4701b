import KindredCommand
import Testing

struct RatedSetTests {
  private func set(_ values: [Double], _ kind: RatingValues = .ratings) -> RatedSet {
    var users = RatedUsers()
    users.append(
      1, items: values.indices.map { UInt32($0) }, weights: values.map { Float($0) },
      values: values)
    return RatedSet(users: users, catalogue: [:], values: kind, source: [:])
  }

  @Test func `four of five stars are liked, else what is the mean or more`() throws {
    #expect(try set([1, 3, 5]).relevance(from: nil).value == 4)
    #expect(try set([1, 2, 9]).relevance(from: nil).value == 4)
    #expect(try set([0, 100, 200]).relevance(from: nil).value == 100)
    #expect(try set([-5, 5]).relevance(from: nil).value == 0)
    #expect(try set([1, 1, 1]).relevance(from: nil).value == 1)
    #expect(try set([0.1, 0.1, 0.1]).relevance(from: nil).value == 0.1)
    #expect(
      try set([1, 3, 5]).relevance(from: 2.5) == Relevance(rating: 2.5, value: 2.5, isChosen: true))
    #expect(throws: CommandFailure.self) { try set([]).relevance(from: nil) }
  }

  @Test func `of weights too, which are rounded as they are when loaded`() throws {
    let (mean, deviation) = (3.581_564_453_029_317, 1.117_102_045_311_4)
    let stars = [1.0, 2, 3, 4, 5]
    let weights = stars.map { Double(Float(($0 - mean) / deviation)) }
    let values = RatingValues.standardized(mean: mean, deviation: deviation)
    let relevance = try set(weights, values).relevance(from: nil)
    #expect(relevance.rating == 4)
    #expect(weights.map { $0 >= relevance.value } == [false, false, false, true, true])
    for (rating, weight) in zip(stars, weights) {
      #expect(try set(weights, values).relevance(from: rating).value == weight)
    }
    #expect(
      try set([0.7, 1.1], .logarithms).relevance(from: 1).value.isNear(0.693_147, within: 1e-6))
    #expect(throws: CommandFailure.self) { try set([1], .logarithms).relevance(from: -1) }
  }
}

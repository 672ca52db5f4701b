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

  @Test func `a query on the scale of the user's mean knows only the mean of the query`() {
    // Stars 1, 2 and 5, the last one hidden.
    func query(_ values: [Double], isCentered: Bool) -> [Float] {
      var centered = set(values)
      centered.isCentered = isCentered
      return centered.query(of: [1, 0]).weights
    }
    let mean = 8.0 / 3
    let weights = [1 - mean, 2 - mean, 5 - mean].map { Double(Float($0)) }
    for (found, expected) in zip(query(weights, isCentered: true), [Float(-0.5), 0.5]) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(query(weights, isCentered: false) == weights.prefix(2).map { Float($0) })
    // As if the hidden one were another.
    let others = [1 - 2.0, 2 - 2.0, 3 - 2.0]
    for (left, right) in zip(query(others, isCentered: true), query(weights, isCentered: true)) {
      #expect(abs(left - right) < 1e-6)
    }
    let greatest = Double(Float.greatestFiniteMagnitude)
    #expect(
      query([greatest, -greatest, 0], isCentered: true).allSatisfy { $0.isFinite })
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

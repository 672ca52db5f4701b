import Kindred
import Testing

@Suite("Queries scored by examples")
struct ExampleScorerTests {
  private let any = VectorValue.sparse(.empty)

  private func sparse(_ pairs: (UInt32, Float)...) throws -> SparseVector {
    try SparseVector(dimensions: pairs.map(\.0), weights: pairs.map(\.1))
  }

  // MARK: Recommend

  @Test func `best score follows the closest example and is positive only for positive ones`() {
    let scorer = BestScore(positive: [any, any], negative: [any])
    #expect(scorer.score([1, 3, 2]) == 0.875)
    #expect(scorer.score([1, 2, 3]) == -0.875)
    // A tie goes to the negative example; similarities may be negative.
    #expect(scorer.score([2, 0, 2]) == -scaledFastSigmoid(2))
    #expect(scorer.score([-1, -3, -3]) == 0.25)
  }

  @Test func `best score with negatives alone prefers what is far from them`() {
    let scorer = BestScore(positive: [], negative: [any])
    #expect(scorer.score([0]) == -0.5)
    #expect(scorer.score([-4]) > scorer.score([0]))
    #expect(scorer.score([4]) < scorer.score([0]))
  }

  @Test func `sum scores subtracts the negatives`() {
    let scorer = SumScores(positive: [any, any], negative: [any, any])
    #expect(scorer.score([1, 2, 4, -8]) == 7)
    #expect(SumScores(positive: [], negative: [any]).score([3]) == -3)
  }

  @Test func `the average vector spans the union of the dimensions`() throws {
    let positive = [try sparse((1, 2), (3, 4)), try sparse((3, 2), (9, 1))]
    let negative = [try sparse((3, 1), (5, 6))]
    #expect(
      try averageVector(positive: positive.map { .sparse($0) }, negative: [])
        == .sparse(try sparse((1, 1), (3, 3), (9, 0.5))))
    #expect(
      try averageVector(
        positive: positive.map { .sparse($0) }, negative: negative.map { .sparse($0) })
        == .sparse(try sparse((1, 2), (3, 5), (5, -6), (9, 1))))
  }

  @Test func `the average of dense vectors goes by component`() throws {
    #expect(
      try averageVector(
        positive: [.dense([1, 2]), .dense([3, 6])], negative: [.dense([1, 10])])
        == .dense([3, -2]))
  }

  @Test func `multivectors are gathered, those of negatives negated`() throws {
    #expect(
      try averageVector(
        positive: [.multiDense([[1, 2]]), .multiDense([[3, 4]])], negative: [.multiDense([[5, 6]])])
        == .multiDense([[1, 2], [3, 4], [-5, -6]]))
  }

  @Test func `an average needs a positive example, and one kind of vector`() {
    #expect(throws: StoreError.self) { try averageVector(positive: [], negative: [any]) }
    #expect(throws: StoreError.self) {
      try averageVector(positive: [.dense([1])], negative: [any])
    }
    #expect(throws: StoreError.self) {
      try averageVector(positive: [.dense([1]), .dense([1, 2])], negative: [])
    }
  }

  // MARK: Discover and context

  @Test func `discovery ranks by pairs first and by the target second`() {
    let scorer = DiscoveryScore(target: any, pairs: [(any, any), (any, any)])
    #expect(scorer.score([1, 5, 2, 7, 3]) == 2.75)
    #expect(scorer.score([1, 2, 5, 7, 3]) == 0.75)
    #expect(scorer.score([1, 2, 2, 3, 7]) == -0.25)
    #expect(scorer.score([-1000, 5, 2, 7, 3]) > scorer.score([1000, 5, 2, 3, 3]))
    #expect(DiscoveryScore(target: any, pairs: []).score([3]) == 0.875)
  }

  @Test func `context is 0 on the good side and loses up to 1 a pair on the bad one`() {
    let scorer = ContextScore(pairs: [(any, any), (any, any)])
    #expect(scorer.score([5, 2, 7, 3]) == 0)
    let lost = scorer.score([1, 4, 7, 3])
    #expect(abs(lost + 0.75) < 1e-6)
    #expect(scorer.score([-1e6, 1e6, -1e6, 1e6]) > -2.000001)
    #expect(scorer.score([0, 0, 1, 0]) < 0, "no difference is just short of the good side")
  }

  @Test func `sigmoids keep order and stay finite`() {
    #expect(fastSigmoid(3) == 0.75)
    #expect(fastSigmoid(-3) == -0.75)
    #expect(scaledFastSigmoid(0) == 0.5)
    #expect(fastSigmoid(.infinity) == 1)
  }

  // MARK: Relevance feedback

  @Test func `feedback moves the score towards what was found more relevant`() {
    let scorer = FeedbackScore(
      target: any, feedback: [(any, 0.9), (any, 0.1), (any, 0.1)], a: 2, b: 1, c: 0.5)
    // Two pairs, each with a difference of 0.8: 2·3 + 0.8·0.5·(4 − 1) + 0.8·0.5·(4 − 2).
    #expect(abs(scorer.score([3, 4, 1, 2]) - 8) < 1e-5)
    #expect(FeedbackScore(target: any, feedback: [], a: 2, b: 1, c: 1).score([3]) == 6)
  }
}

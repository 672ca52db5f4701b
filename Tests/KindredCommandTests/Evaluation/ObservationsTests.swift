import JSONCodec
import KindredCommand
import Testing

struct ObservationsTests {
  /// Eight people rated item 1, four item 2, two item 3, one item 4.
  private let facts = ItemFacts(
    raterCounts: [1: 8, 2: 4, 3: 2, 4: 1], peopleCount: 8,
    catalogue: [
      1: ["genres": ["Comedy", "Drama"]], 2: ["genres": ["Drama"]], 3: ["genres": "War"],
      4: ["title": "none"], 9: ["genres": 5],
    ])

  @Test func `what few have rated is news`() {
    #expect(facts.novelty(of: [1]) == 0)
    #expect(facts.novelty(of: [2, 3]) == 1.5)
    #expect(facts.novelty(of: [1, 4]) == 1.5)
    #expect(facts.novelty(of: []) == nil)
  }

  @Test func `the popular are a hundredth of the items, and one at least`() {
    #expect(facts.popularShare(of: [1, 2, 3, 4]) == 0.25)
    #expect(facts.popularShare(of: []) == nil)
    let many = ItemFacts(
      raterCounts: Dictionary(uniqueKeysWithValues: (1...300).map { (UInt32($0), 300 - $0 + 1) }),
      peopleCount: 300, catalogue: [:])
    #expect(many.popularShare(of: [1, 2, 3, 4]) == 0.75)
  }

  @Test func `items differ by the genres that they do not share`() {
    #expect(facts.haveGenres)
    // {Comedy, Drama} and {Drama}: one of two is shared.
    #expect(facts.diversity(of: [1, 2]) == 0.5)
    #expect(facts.diversity(of: [1, 3]) == 1)
    #expect(facts.diversity(of: [1, 2, 3, 4])?.isNear((0.5 + 1 + 1) / 3) == true)
    #expect(facts.diversity(of: [1, 4]) == nil)
    let none = ItemFacts(raterCounts: [1: 1], peopleCount: 1, catalogue: [1: [:]])
    #expect(!none.haveGenres && none.diversity(of: [1, 1]) == nil)
  }

  @Test func `coverage is the share of items that anybody is shown, among the first ten`() throws {
    var observations = Observations()
    observations.beginDraw(itemCount: 4)
    observations.add([1, 2], for: 0, relevant: [1], facts, seconds: 1)
    observations.add([1, 3], for: 1, relevant: [1], facts, seconds: 3)
    observations.add([1], for: 2, relevant: [1], facts, seconds: 2)
    let coverage = try #require(observations.estimate(.coverage))
    #expect(coverage.value == 0.75)
    // Without the first or the second an item is gone, without the third none.
    let influences = [0.25 - 1.0 / 6, 0.25 - 1.0 / 6, -1.0 / 6]
    let squares = influences.reduce(0) { $0 + $1 * $1 }
    let margin = (squares * 3 / 2).squareRoot() * StudentT.quantile975(degreesOfFreedom: 2)
    #expect(try #require(coverage.margin).isNear(margin))
    #expect(observations.medianSeconds == 2)

    var deep = Observations()
    deep.beginDraw(itemCount: 40)
    deep.add((0..<20).map { $0 }, for: 0, relevant: [1], facts, seconds: 1)
    #expect(deep.estimate(.coverage)?.value == 0.25)
  }

  @Test func `coverage of several draws is the mean of theirs`() throws {
    var observations = Observations()
    for items in [[UInt32(1), 2], [1]] {
      observations.beginDraw(itemCount: 4)
      observations.add(items, for: 0, relevant: [1], facts, seconds: 0)
    }
    #expect(observations.estimate(.coverage)?.value == 0.375)
  }

  @Test func `an empty list counts as misses, and has no novelty`() throws {
    var observations = Observations()
    observations.beginDraw(itemCount: 4)
    observations.add([1], for: 0, relevant: [1], facts, seconds: 0)
    observations.add([], for: 1, relevant: [1], facts, seconds: 0)
    #expect(observations.emptyCount == 1)
    #expect(observations.estimate(.ndcg10)?.value == 0.5)
    #expect(observations.estimate(.novelty) == Estimate(value: 0, margin: nil))
  }

  @Test func `differences are of the same people`() throws {
    func observations(_ lists: [[UInt32]]) -> Observations {
      var observations = Observations()
      observations.beginDraw(itemCount: 4)
      for (person, list) in lists.enumerated() {
        observations.add(list, for: person, relevant: [1], facts, seconds: 0)
      }
      return observations
    }
    let good = observations([[1], [1], [2, 1]])
    let bad = observations([[2, 1], [2, 1], [3]])
    let difference = try #require(good.difference(.reciprocalRank, to: bad))
    #expect(difference.value.isNear(0.5))
    #expect(try #require(difference.margin) < 1e-9)
    #expect(good.difference(.coverage, to: bad)?.value == -0.25)
    #expect(good.difference(.ndcg10, to: good)?.value == 0)
  }
}

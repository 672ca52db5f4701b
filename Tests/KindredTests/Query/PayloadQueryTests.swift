import Kindred
import Testing

@Suite("Order, groups, facets and samples")
struct PayloadQueryTests {
  private let key = JSONPath(first: "value")

  // MARK: Order

  @Test func `an index of integers holds whole numbers only`() {
    let payload: JSONObject = ["value": [3, 4.0, 4.5, "5", 3]]
    #expect(OrderBy.values(of: payload, at: key, .integer) == [.integer(3), .integer(4)])
    #expect(
      OrderBy.values(of: payload, at: key, .float) == [.float(3), .float(4), .float(4.5)])
  }

  @Test func `an index of datetimes holds microseconds`() {
    let payload: JSONObject = ["value": ["1970-01-01T00:00:02Z", "soon", 5]]
    #expect(OrderBy.values(of: payload, at: key, .datetime) == [.integer(2_000_000)])
  }

  @Test func `equal values go by id, upwards or downwards like the values`() {
    let hits = [(1, 5), (2, 4), (3, 5)].map {
      RankedPoint(id: .integer($0.0), score: 1, orderValue: .integer($0.1))
    }
    #expect(hits.sorted(by: OrderBy(key: key).precedes).map(\.id) == [2, 1, 3])
    #expect(
      hits.sorted(by: OrderBy(key: key, direction: .descending).precedes).map(\.id) == [3, 1, 2])
  }

  @Test func `the start is part of the answer`() {
    let up = OrderBy(key: key, startFrom: 4.5)
    #expect(!up.admits(.integer(4)) && up.admits(.float(4.5)) && up.admits(.integer(5)))
    let down = OrderBy(key: key, direction: .descending, startFrom: 4)
    #expect(down.admits(.integer(4)) && !down.admits(.float(4.5)))
  }

  // MARK: Groups

  @Test func `points are dealt out best first up to the group size`() {
    var collector = GroupCollector(groupSize: 2)
    collector.insert(RankedPoint(id: 1, score: 9), values: ["a"])
    collector.insert(RankedPoint(id: 2, score: 8), values: ["b", "a", "a"])
    collector.insert(RankedPoint(id: 3, score: 7), values: ["a", 7])
    collector.insert(RankedPoint(id: 4, score: 6), values: [])
    #expect(collector.groups.map(\.id) == [.string("a"), .string("b"), .integer(7)])
    #expect(collector.groups.map { $0.hits.map(\.id) } == [[1, 2], [2], [3]])
  }

  @Test func `a point with a value that cannot name a group joins none`() {
    var collector = GroupCollector(groupSize: 2)
    collector.insert(RankedPoint(id: 1, score: 9), values: ["a", true])
    collector.insert(RankedPoint(id: 2, score: 9), values: [1.5])
    #expect(collector.groups.isEmpty)
  }

  // MARK: Facets

  @Test func `facets rank by count, then by value`() {
    let request = FacetRequest(key: key, limit: 3)
    let hits = request.rank([
      .string("b"): 2, .string("a"): 2, .string("c"): 5, .string("d"): 1,
    ])
    #expect(
      hits == [
        FacetHit(value: .string("c"), count: 5), FacetHit(value: .string("a"), count: 2),
        FacetHit(value: .string("b"), count: 2),
      ])
  }

  @Test func `facet values are those the index holds`() {
    #expect(FacetValue("x", .keyword) == .string("x"))
    #expect(FacetValue(5, .keyword) == nil)
    #expect(FacetValue(5.0, .integer) == .integer(5))
    #expect(FacetValue(true, .bool) == .bool(true))
    #expect(
      FacetValue("550E8400E29B41D4A716446655440000", .uuid)
        == .string("550e8400-e29b-41d4-a716-446655440000"))
    #expect(FacetValue("x", .uuid) == nil)
  }

  // MARK: Samples

  @Test func `a sample has no point twice, and every point its turn`() {
    var generator = SplitMix(state: 7)
    var seen: [Int: Int] = [:]
    for _ in 0..<600 {
      let sample = Sample.random(3, of: Array(0..<6), using: &generator)
      #expect(Set(sample).count == 3)
      for element in sample { seen[element, default: 0] += 1 }
    }
    #expect(seen.count == 6)
    #expect(seen.values.allSatisfy { $0 > 240 && $0 < 360 })
    #expect(Sample.random(9, of: [1, 2], using: &generator).sorted() == [1, 2])
  }

  // MARK: IDF

  @Test func `rare dimensions weigh more`() throws {
    let frequencies = InverseDocumentFrequency(
      pointCount: 10, documentFrequencies: [1: 10, 2: 1, 3: 0])
    let query = try SparseVector(dimensions: [1, 2, 3], weights: [1, 1, -2])
    let weights = frequencies.applied(to: query).weights
    #expect(abs(weights[0] - 0.046520016) < 1e-6)  // ln(0.5/10.5 + 1)
    #expect(abs(weights[1] - 1.992430165) < 1e-6)  // ln(9.5/1.5 + 1)
    #expect(abs(weights[2] - -2 * 3.091042453) < 1e-5)  // −2·ln(10.5/0.5 + 1)
  }
}

/// A small generator whose numbers depend on the seed alone.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

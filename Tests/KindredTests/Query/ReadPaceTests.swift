import Kindred
import SparseIndex
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads that would take long look at the clock all the time. Measured is the processor's time of the
/// thread between two looks, so that a busy machine does not matter; a loop that does not look has a
/// stretch as long as itself.
@Suite("The pace of heavy reads", .serialized) struct ReadPaceTests {
  #if DEBUG
    private static let longestStretch = 1.0
  #else
    private static let longestStretch = 0.25
  #endif

  private static let configuration = CollectionConfiguration(
    sparseVectors: ["s": .init(), "idf": .init(modifier: .idf)],
    denseVectors: [
      "d": .init(size: 4, distance: .dot),
      "rows": .init(size: 4, distance: .dot, isMultivector: true),
    ],
    payloadIndexes: ["n": .init(kind: .integer), "place": .init(kind: .geo)])

  private static let view: CollectionView = {
    var random = SeededGenerator(seed: 1)
    let long = String(repeating: "ab ", count: 200_000)
    var points: [Point] = []
    for index in 0..<1500 {
      var point = Point(
        id: .integer(UInt64(index)),
        vectors: [
          "s": .sparse(.random(dimensionCount: 50, count: 8, shape: .ratings, using: &random)),
          "idf": .sparse(.random(dimensionCount: 50, count: 8, shape: .ratings, using: &random)),
          "d": .dense((0..<4).map { _ in Float.random(in: -1...1, using: &random) }),
        ],
        payload: [
          "n": .integer(Int64(index)), "place": ["lon": 1, "lat": 1],
          "objects": .array(Array(repeating: ["x": 1], count: 20)),
        ])
      if index < 3 {
        point.vectors["rows"] = .multiDense(
          Array(repeating: [1, 2, 3, Float(index)], count: 20_000))
        point.payload["text"] = .string(long)
      }
      points.append(point)
    }
    let segment = try! makeSegment(points, configuration)
    return CollectionView(
      name: "c", identity: 1, configuration: configuration, segments: [LiveSegment(segment)],
      sequenceNumber: 1)
  }()

  /// Looks taken at the clock of a read.
  private final class Looks: Sendable {
    private struct State {
      var last = Looks.processorSeconds()
      var longest = 0.0
    }

    private let state = Mutex(State())

    var longest: Double { state.withLock { $0.longest } }

    func take() {
      let now = Self.processorSeconds()
      state.withLock { state in
        state.longest = max(state.longest, now - state.last)
        state.last = now
      }
    }

    private static func processorSeconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
  }

  private func expectPace(
    _ name: String, _ read: (CollectionView) throws -> Void
  ) {
    let view = Self.view
    let looks = Looks()
    let context = ReadContext(deadline: .now + .seconds(2), byteCount: 256 << 20) {
      looks.take()
      return false
    }
    try? read(view.bound(to: context))
    looks.take()
    #expect(looks.longest < Self.longestStretch, "\(name)")
  }

  private func query(_ query: Query, using: String = "", _ filter: Filter? = nil) -> (
    CollectionView
  ) throws -> Void {
    {
      _ = try $0.query(
        QueryRequest(QueryStage(query: query, using: using, filter: filter, limit: 1000)))
    }
  }

  @Test func `examples are many`() {
    let example = VectorInput.vector(.dense([1, 2, 3, 4]))
    let many = Array(repeating: example, count: 20_000)
    expectPace(
      "relevance feedback",
      query(
        .relevanceFeedback(
          RelevanceFeedbackInput(
            target: example,
            feedback: many.enumerated().map { .init(example: $1, score: Float($0)) }, a: 1, b: 2,
            c: 1)), using: "d"))
    for strategy in ByExample.Strategy.allCases {
      expectPace(
        strategy.rawValue,
        query(.byExample(ByExample(positive: many, strategy: strategy)), using: "d"))
    }
    expectPace(
      "context", query(.context(many.map { ContextPair(positive: $0, negative: $0) }), using: "d"))
    let sparse = (0..<2000).map { first in
      VectorInput.vector(
        .sparse(
          SparseVector(
            ascending: (0..<200).map { UInt32(first * 100 + $0) },
            weights: Array(repeating: 1, count: 200))))
    }
    expectPace(
      "average of sparse ones", query(.byExample(ByExample(positive: sparse)), using: "s"))
    expectPace(
      "IDF of many dimensions",
      query(.byExample(ByExample(positive: sparse, strategy: .sumScores)), using: "idf"))
  }

  @Test func `candidates are compared with each other`() {
    expectPace("MMR", query(.nearest(.vector(.dense([1, 2, 3, 4])), mmr: MMR()), using: "d"))
    expectPace("long multivectors") { view in
      let rows = VectorValue.multiDense(Array(repeating: [1, 2, 3, 4], count: 20_000))
      _ = try view.query(QueryRequest(QueryStage(query: .nearest(.vector(rows)), using: "rows")))
    }
    expectPace("MMR of long multivectors") { view in
      _ = try view.query(
        QueryRequest(
          QueryStage(
            query: .nearest(.vector(.multiDense([[1, 2, 3, 4]])), mmr: MMR()), using: "rows")))
    }
    expectPace("matrix") { view in
      _ = try view.distanceMatrix(DistanceMatrixRequest(sample: 1500, limit: 1500, using: "d"))
    }
  }

  @Test func `formulas are large`() {
    let n = FormulaExpression.variable(.payload(JSONPath(first: "n")))
    let conditions = (0..<900).map {
      FormulaExpression.condition(
        .field(key: JSONPath(first: "text"), .matchSubstring(ByteString("\($0)"))))
    }
    for (name, terms) in [
      ("expressions", Array(repeating: n, count: 9000)), ("conditions", conditions),
    ] {
      expectPace(name) { view in
        _ = try view.query(
          QueryRequest(
            QueryStage(
              prefetch: [QueryStage(limit: 1500)], query: .formula(Formula(formula: .sum(terms))))))
      }
    }
  }

  @Test func `filters are hard`() {
    let text = JSONPath(first: "text")
    let ring =
      Array(repeating: GeoPoint(longitude: 0, latitude: 0), count: 300_000)
      + [GeoPoint(longitude: 5, latitude: 0), GeoPoint(longitude: 5, latitude: 5)]
    let nested = Filter(
      must: Array(
        repeating: .field(key: JSONPath(first: "x"), .range(NumberRange(gte: 0))), count: 900))
    let filters: [(String, [Condition])] = [
      (
        "substring",
        [
          .field(
            key: text, .matchSubstring(ByteString(String(repeating: "ab ", count: 90_000) + "c")))
        ]
      ),
      ("text", [.field(key: text, .matchText("ab missing"))]),
      (
        "phrase",
        [.field(key: text, .matchPhrase(ByteString(String(repeating: "ab ", count: 20_000) + "c")))]
      ),
      ("ids", [.hasID(Array(repeating: .integer(7), count: 3_000_000))]),
      ("nested", [.nested(key: JSONPath(first: "objects"), nested)]),
      (
        "polygon",
        [.field(key: JSONPath(first: "place"), .geoPolygon(exterior: ring, interiors: []))]
      ),
      (
        "list",
        [.field(key: text, .matchAny((0..<300_000).map { .string(ByteString("\($0)")) }))]
      ),
    ]
    for (name, conditions) in filters {
      expectPace(name) { _ = try $0.count(Filter(must: conditions)) }
      expectPace("at least one: \(name)") { view in
        _ = try view.count(
          Filter(minShould: .init(conditions: conditions + conditions, minCount: 1)))
      }
    }
  }

  @Test func `much is asked of few points`() {
    let paths = (0..<50_000).map { JSONPath(first: "f\($0)") }
    expectPace("payload paths") { _ = try $0.scroll(limit: 1500, payload: .include(paths)) }
    expectPace("excluded paths") { _ = try $0.scroll(limit: 1500, payload: .exclude(paths)) }
    // Without payloads, whose letting go takes a while by itself.
    expectPace("ids") {
      _ = try $0.retrieve(Array(repeating: .integer(9), count: 1_000_000), payload: .none)
    }
    expectPace("prefetches") { view in
      _ = try view.query(
        QueryRequest(
          QueryStage(
            prefetch: Array(repeating: QueryStage(limit: 1500), count: 1000), query: .fusion(.dbsf))
        ))
    }
    expectPace("groups") { view in
      _ = try view.queryGroups(
        QueryGroupsRequest(
          QueryStage(query: .nearest(.vector(.dense([1, 2, 3, 4]))), using: "d"),
          groupBy: JSONPath(first: "n"), groupSize: 1 << 62, limit: 1 << 62))
    }
    expectPace("recommendation") { view in
      _ = try view.recommend(
        RecommendationRequest(
          subject: .ratings(
            SparseVector(ascending: Array(0..<50), weights: Array(repeating: 1, count: 50))),
          using: "s", neighbors: NeighborParameters(count: 1500), limit: 50, explain: true))
    }
  }

  @Test func `a long list is sorted`() {
    let looks = Looks()
    var list = (0..<1_000_000).map { $0 &* 7_919 % 1_000_003 }
    let context = ReadContext {
      looks.take()
      return false
    }
    list.sort(in: context) { $0 < $1 }
    #expect(list == list.sorted())
    #expect(looks.longest < Self.longestStretch)
  }

  @Test func `a query of more prefetches, conditions or expressions than there may be is refused`()
  {
    let view = Self.view
    let one = QueryStage(query: .sample(.random))
    #expect(throws: StoreError.self) {
      try view.query(
        QueryRequest(
          QueryStage(prefetch: Array(repeating: one, count: 1001), query: .fusion(.dbsf))))
    }
    let filter = Filter(must: Array(repeating: .hasVector("d"), count: 1000))
    #expect(throws: StoreError.self) {
      try view.query(
        QueryRequest(
          QueryStage(
            prefetch: Array(
              repeating: QueryStage(query: .sample(.random), filter: filter), count: 11),
            query: .fusion(.dbsf))))
    }
    for terms: [FormulaExpression] in [
      Array(repeating: .constant(1), count: 10_000),
      Array(repeating: .condition(.hasVector("d")), count: 1001),
    ] {
      #expect(throws: StoreError.self) {
        try view.query(
          QueryRequest(QueryStage(prefetch: [one], query: .formula(Formula(formula: .sum(terms))))))
      }
    }
  }
}

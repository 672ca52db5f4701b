import Kindred
import SparseIndex
import TestSupport
import Testing

@Suite("Queries on a snapshot")
struct QueryTests {
  private typealias Layout = QueryFixture.Layout
  static let vectorNames = ["s", "dot", "cosine", "euclid", "manhattan", "rows"]

  private func ranked(_ scored: [(PointID, Float)], _ limit: Int) -> [RankedPoint] {
    scored.map { RankedPoint(id: $0.0, score: $0.1) }.best(limit)
  }

  private func ranked(_ points: [ScoredPoint]) -> [RankedPoint] {
    points.map { RankedPoint(id: $0.id, score: $0.score) }
  }

  // MARK: Against the plain way

  @Test(arguments: vectorNames, QueryFixture.Layout.allCases)
  func `queries by examples score every point that has the vector`(
    name: String, layout: QueryFixture.Layout
  ) throws {
    var fixture = QueryFixture(seed: 21)
    let view = try fixture.view(layout)
    let examples = (0..<5).map { _ in fixture.vector(name) }
    let id = fixture.id(having: name)
    let idVector = fixture.vector(name, of: id)!
    let inputs = examples.map { VectorInput.vector($0) }
    let cases: [(Query, any ExampleScorer)] = [
      (
        .byExample(
          ByExample(
            positive: [inputs[0], .id(id)], negative: [inputs[1]], strategy: .bestScore)),
        BestScore(positive: [examples[0], idVector], negative: [examples[1]])
      ),
      (
        .byExample(
          ByExample(
            positive: [inputs[0], .id(id)], negative: [inputs[1]], strategy: .sumScores)),
        SumScores(positive: [examples[0], idVector], negative: [examples[1]])
      ),
      (
        .discover(
          DiscoverInput(
            target: .id(id),
            context: [
              ContextPair(positive: inputs[0], negative: inputs[1]),
              ContextPair(positive: inputs[2], negative: inputs[3]),
            ])),
        DiscoveryScore(
          target: idVector, pairs: [(examples[0], examples[1]), (examples[2], examples[3])])
      ),
      (
        .context([ContextPair(positive: inputs[0], negative: .id(id))]),
        ContextScore(pairs: [(examples[0], idVector)])
      ),
      (
        .relevanceFeedback(
          RelevanceFeedbackInput(
            target: .id(id),
            feedback: [.init(example: inputs[0], score: 2), .init(example: inputs[1], score: 0.5)],
            a: 0.5, b: 1.5, c: 0.25)),
        FeedbackScore(
          target: idVector, feedback: [(examples[0], 2), (examples[1], 0.5)], a: 0.5, b: 1.5,
          c: 0.25)
      ),
    ]
    for (query, scorer) in cases {
      var expected: [(PointID, Float)] = []
      for point in fixture.points where point.id != id {
        guard let stored = point.vectors[name], point.payload["b"] != .bool(true) else { continue }
        // The fixture's examples have length 1 already where the distance is cosine.
        let similarities = scorer.examples.map { plainSimilarity(name, $0, stored) }
        expected.append((point.id, scorer.score(similarities)))
      }
      let filter = Filter(
        mustNot: [.field(key: JSONPath(first: "b"), .matchValue(.bool(true)))])
      let found = try view.query(
        QueryRequest(QueryStage(query: query, using: name, filter: filter, limit: 40)))
      #expect(ranked(found) == ranked(expected, 40))
    }
  }

  @Test func `examples of a cosine vector are averaged as given, then normalised`() throws {
    let fixture = QueryFixture(seed: 35)
    let view = try fixture.view()
    let input = ByExample(
      positive: [.vector(.dense([8, 0, 0, 0, 0])), .vector(.dense([0, 2, 0, 0, 0]))])
    let recommended = try view.query(
      QueryRequest(QueryStage(query: .byExample(input), using: "cosine", limit: 20)))
    let nearest = try view.query(
      QueryRequest(
        QueryStage(query: .nearest(.vector(.dense([4, 1, 0, 0, 0]))), using: "cosine", limit: 20)))
    #expect(recommended == nearest)
  }

  @Test(arguments: QueryFixture.Layout.allCases)
  func `IDF counts the points there are, or those of the corpus`(
    layout: QueryFixture.Layout
  ) throws {
    var fixture = QueryFixture(seed: 22)
    let view = try fixture.view(layout)
    guard case .sparse(let query) = fixture.vector("idf") else { return }
    for scope in [IDFScope.global, .corpus(Filter(must: [bIsTrue]))] {
      let corpus = fixture.points.compactMap { point -> SparseVector? in
        guard case .sparse(let vector)? = point.vectors["idf"] else { return nil }
        return scope == .global || point.payload["b"] == .bool(true) ? vector : nil
      }
      var frequencies: [UInt32: Int] = [:]
      for vector in corpus {
        for dimension in vector.dimensions { frequencies[dimension, default: 0] += 1 }
      }
      let weighted = InverseDocumentFrequency(
        pointCount: corpus.count, documentFrequencies: frequencies
      ).applied(to: query)
      let found = try view.query(
        QueryRequest(
          QueryStage(
            query: .nearest(.vector(.sparse(query))), using: "idf",
            idf: scope, limit: 30)))
      let expected = SearchOracle.search(
        weighted, similarity: .dot, using: "idf", in: fixture.points, limit: 30)
      #expect(ranked(found) == expected.map { RankedPoint(id: $0.id, score: $0.score) })
    }
  }

  private let bIsTrue = Condition.field(key: JSONPath(first: "b"), .matchValue(.bool(true)))

  // MARK: Points by id

  @Test func `a point asked with is left out, unless another collection lends it`() throws {
    var fixture = QueryFixture(seed: 23)
    let view = try fixture.view()
    let id = fixture.id(having: "s")
    let vector = fixture.vector("s", of: id)!
    let byVector = try view.query(
      QueryRequest(QueryStage(query: .nearest(.vector(vector)), using: "s", limit: 200)))
    let byID = try view.query(
      QueryRequest(QueryStage(query: .nearest(.id(id)), using: "s", limit: 200)))
    #expect(byVector.contains { $0.id == id })
    #expect(byID == byVector.filter { $0.id != id })
    let lender = try fixture.view(name: "lender")
    let lent = try view.query(
      QueryRequest(
        QueryStage(
          query: .nearest(.id(id)), using: "s", limit: 200,
          lookupFrom: LookupLocation(collection: "lender")))
    ) { name throws(StoreError) in
      guard name == "lender" else { throw .collectionNotFound(name) }
      return lender
    }
    #expect(lent == byVector)
    #expect(throws: StoreError.collectionNotFound("elsewhere")) {
      try view.query(
        QueryRequest(
          QueryStage(
            query: .nearest(.id(id)), using: "s",
            lookupFrom: LookupLocation(collection: "elsewhere"))))
    }
  }

  @Test func `what does not exist is an error`() throws {
    var fixture = QueryFixture(seed: 24)
    let view = try fixture.view()
    let vector = fixture.vector("s")
    func query(_ query: Query, _ using: String) throws {
      _ = try view.query(QueryRequest(QueryStage(query: query, using: using)))
    }
    #expect(throws: StoreError.pointNotFound(123_456)) {
      try query(.nearest(.id(123_456)), "s")
    }
    #expect(throws: StoreError.vectorNotFound("x")) { try query(.nearest(.vector(vector)), "x") }
    #expect(throws: StoreError.self) { try query(.nearest(.vector(vector)), "dot") }
    #expect(throws: StoreError.self) { try query(.nearest(.vector(.dense([1]))), "dot") }
    #expect(throws: StoreError.self) { try query(.fusion(.rrf()), "s") }
    #expect(throws: StoreError.self) { try query(.context([]), "s") }
    #expect(throws: StoreError.self) { try query(.byExample(ByExample()), "s") }
    #expect(throws: StoreError.self) {
      try view.query(
        QueryRequest(
          QueryStage(prefetch: [QueryStage(query: .nearest(.vector(vector)), using: "s")])))
    }
  }

  // MARK: Prefetches

  @Test func `fusion ranks what the prefetches found`() throws {
    var fixture = QueryFixture(seed: 25)
    let view = try fixture.view(.manySegments)
    let filter = Filter(must: [bIsTrue])
    let prefetches = ["s", "cosine"].map {
      QueryStage(query: .nearest(.vector(fixture.vector($0))), using: $0, limit: 15)
    }
    let lists = try prefetches.map {
      ranked(
        try view.query(
          QueryRequest(QueryStage(query: $0.query, using: $0.using, filter: filter, limit: 15))))
    }
    for fusion in [Fusion.rrf(weights: [2, 1]), .dbsf] {
      let fused = try view.query(
        QueryRequest(
          QueryStage(prefetch: prefetches, query: .fusion(fusion), filter: filter, limit: 5),
          offset: 2))
      #expect(ranked(fused) == Array(try fusion.fuse(lists).prefix(7).dropFirst(2)))
    }
  }

  @Test func `an outer query ranks anew only what the prefetches found`() throws {
    var fixture = QueryFixture(seed: 26)
    let view = try fixture.view(.overwritten)
    let inner = QueryStage(
      prefetch: [
        QueryStage(query: .nearest(.vector(fixture.vector("dot"))), using: "dot", limit: 30)
      ],
      query: .nearest(.vector(fixture.vector("manhattan"))), using: "manhattan", limit: 10)
    let ids = Set(
      try view.query(
        QueryRequest(
          QueryStage(prefetch: inner.prefetch, query: inner.query, using: inner.using, limit: 10))
      ).map(\.id))
    let vector = fixture.vector("euclid")
    let found = try view.query(
      QueryRequest(
        QueryStage(prefetch: [inner], query: .nearest(.vector(vector)), using: "euclid", limit: 99))
    )
    let all = try view.query(
      QueryRequest(QueryStage(query: .nearest(.vector(vector)), using: "euclid", limit: 999)))
    #expect(found == all.filter { ids.contains($0.id) })
  }

  @Test func `a formula sees scores, payload and conditions`() throws {
    var fixture = QueryFixture(seed: 27)
    let view = try fixture.view(.manySegments)
    let prefetch = QueryStage(query: .nearest(.vector(fixture.vector("s"))), using: "s", limit: 20)
    let scores = try view.query(
      QueryRequest(QueryStage(query: prefetch.query, using: "s", limit: 20)))
    let n = JSONPath(first: "n")
    let formula = Formula(
      formula: .sum([
        .variable(.score(0)), .variable(.payload(n)), .mult([.constant(100), .condition(bIsTrue)]),
      ]), defaults: [.payload(n): 0.5])
    let expected = scores.map { hit -> (PointID, Float) in
      let payload = fixture.points.first { $0.id == hit.id }!.payload
      let bonus = payload["b"] == .bool(true) ? 100.0 : 0
      return (hit.id, Float(Double(hit.score) + (payload["n"]?.asDouble ?? 0.5) + bonus))
    }
    let found = try view.query(
      QueryRequest(QueryStage(prefetch: [prefetch], query: .formula(formula), limit: 7)))
    #expect(ranked(found) == ranked(expected, 7))
  }

  @Test func `MMR answers nearest candidates with their own scores`() throws {
    var fixture = QueryFixture(seed: 28)
    let view = try fixture.view()
    for name in Self.vectorNames {
      let vector = fixture.vector(name)
      let nearest = try view.query(
        QueryRequest(QueryStage(query: .nearest(.vector(vector)), using: name, limit: 30)))
      func thinned(_ diversity: Float) throws -> [ScoredPoint] {
        try view.query(
          QueryRequest(
            QueryStage(
              query: .nearest(
                .vector(vector), mmr: MMR(diversity: diversity, candidatesLimit: 30)),
              using: name, limit: 10)))
      }
      #expect(try thinned(0).map(\.score) == nearest.prefix(10).map(\.score))
      let none = MMR(candidatesLimit: 0)
      #expect(
        try view.query(
          QueryRequest(QueryStage(query: .nearest(.vector(vector), mmr: none), using: name))
        )
        .isEmpty)
      let varied = try thinned(0.9)
      #expect(varied.count == 10 && varied.first == nearest.first)
      #expect(varied.allSatisfy { nearest.contains($0) })
    }
  }

  // MARK: By payload

  @Test(arguments: QueryFixture.Layout.allCases)
  func `points come in the order of a payload value`(layout: QueryFixture.Layout) throws {
    let fixture = QueryFixture(seed: 29)
    let view = try fixture.view(layout)
    for (key, start) in [("n", 3 as ExactNumber), ("f", 1.5), ("whole", 2.5)] {
      let up = OrderBy(key: JSONPath(first: key), startFrom: start)
      let expected = fixture.points.compactMap { point -> (Double, PointID)? in
        guard let value = point.payload[key]?.asDouble else { return nil }
        return .double(value) >= start ? (value, point.id) : nil
      }.sorted { $0 < $1 }
      let found = try view.query(QueryRequest(QueryStage(query: .orderBy(up), limit: 1000)))
      #expect(found.map(\.id) == expected.map(\.1))
      #expect(
        found.map(\.record.orderValue)
          == expected.map { key == "n" ? .integer(Int64($0.0)) : .float($0.0) })
      #expect(found.allSatisfy { $0.score == 1 })
      let down = OrderBy(key: up.key, direction: .descending)
      let page = try view.scroll(orderBy: down, limit: 5)
      let all = fixture.points.compactMap { point in
        point.payload[key]?.asDouble.map { ($0, point.id) }
      }
      #expect(page.map(\.id) == all.sorted { $0 > $1 }.prefix(5).map(\.1))
      #expect(page.allSatisfy { $0.payload != nil })
    }
    #expect(throws: StoreError.self) {
      try view.query(QueryRequest(QueryStage(query: .orderBy(OrderBy(key: JSONPath(first: "g"))))))
    }
  }

  @Test func `facets count points`() throws {
    let fixture = QueryFixture(seed: 30)
    for layout in Layout.allCases {
      let view = try fixture.view(layout)
      var counts: [FacetValue: Int] = [:]
      for point in fixture.points where point.payload["b"] == .bool(true) {
        let letters = Set(
          (point.payload["g"]?.asArray ?? []).compactMap(\.asString).map { ByteString($0) })
        for letter in letters { counts[.string(letter), default: 0] += 1 }
      }
      let request = FacetRequest(key: JSONPath(first: "g"), filter: Filter(must: [bIsTrue]))
      #expect(try view.facet(request) == request.rank(counts))
      #expect(throws: StoreError.self) {
        try view.facet(FacetRequest(key: JSONPath(first: "text")))
      }
    }
  }

  @Test func `groups hold the best points of each value`() throws {
    var fixture = QueryFixture(seed: 31)
    let view = try fixture.view(.manySegments)
    let stage = QueryStage(query: .nearest(.vector(fixture.vector("s"))), using: "s")
    let groups = try view.queryGroups(
      QueryGroupsRequest(
        stage, groupBy: JSONPath(first: "g"), groupSize: 3, limit: 2, withPayload: .all))
    var everything = QueryRequest(stage, withPayload: .all)
    everything.stage.limit = 1000
    let hits = try view.query(everything)
    #expect(groups.count == 2)
    for group in groups {
      let members = hits.filter { hit in
        hit.record.payload?["g"]?.asArray?.contains { GroupID($0) == group.id } ?? false
      }
      #expect(group.hits == Array(members.prefix(3)))
    }
    #expect(groups.first?.hits.first?.id == hits.first { $0.record.payload?["g"] != nil }?.id)
  }

  @Test func `groups look their ids up`() throws {
    var fixture = QueryFixture(seed: 32)
    let view = try fixture.view()
    let catalogue = CollectionView(
      name: "catalogue", identity: 8, configuration: CollectionConfiguration(),
      segments: [
        LiveSegment(
          try makeSegment(
            [Point(id: 3, payload: ["title": "Three"])], CollectionConfiguration()))
      ], sequenceNumber: 1)
    let groups = try view.queryGroups(
      QueryGroupsRequest(
        QueryStage(query: .nearest(.vector(fixture.vector("dot"))), using: "dot"),
        groupBy: JSONPath(first: "n"), groupSize: 1, limit: 20,
        withLookup: WithLookup(collection: "catalogue"))
    ) { _ throws(StoreError) in catalogue }
    #expect(groups.count == 8)
    for group in groups {
      #expect(group.lookup?.payload == (group.id == .integer(3) ? ["title": "Three"] : nil))
    }
  }

  @Test func `a sample and a distance matrix draw from what passes`() throws {
    let fixture = QueryFixture(seed: 33)
    let view = try fixture.view(.manySegments)
    let passing = fixture.points.filter { $0.payload["b"] == .bool(true) }.map(\.id)
    let sample = try view.query(
      QueryRequest(
        QueryStage(query: .sample(.random), filter: Filter(must: [bIsTrue]), limit: 1000)))
    #expect(sample.map(\.id).sorted() == passing)

    let matrix = try view.distanceMatrix(
      DistanceMatrixRequest(filter: Filter(must: [bIsTrue]), sample: 12, limit: 4, using: "cosine"))
    #expect(matrix.ids.count == 12 && matrix.ids == matrix.ids.sorted())
    #expect(Set(matrix.ids).isSubset(of: Set(passing)))
    #expect(matrix.pairs.count == 48)
    for id in matrix.ids {
      let vector = fixture.vector("cosine", of: id)!
      let expected = matrix.ids.filter { $0 != id }.map {
        ($0, plainSimilarity("cosine", vector, fixture.vector("cosine", of: $0)!))
      }
      #expect(
        matrix.pairs.filter { $0.a == id }.map { RankedPoint(id: $0.b, score: $0.score) }
          == ranked(expected, 4))
    }
    let offsets = matrix.offsets
    #expect(zip(offsets.rows, matrix.pairs).allSatisfy { matrix.ids[$0] == $1.a })
    #expect(zip(offsets.columns, matrix.pairs).allSatisfy { matrix.ids[$0] == $1.b })
  }

  @Test func `a text query ranks by BM25 over the field`() throws {
    let fixture = QueryFixture(seed: 34)
    let view = try fixture.view(.overwritten)
    let found = try view.query(
      QueryRequest(QueryStage(query: .text(TextQuery("food dog!", in: "text")), limit: 1000)))
    let texts = Dictionary(
      uniqueKeysWithValues: fixture.points.map { ($0.id, $0.payload["text"]?.asString ?? "") })
    #expect(
      Set(found.map(\.id))
        == Set(texts.filter { $0.value.contains("dog ") || $0.value.hasSuffix("dog") }.keys))
    #expect(texts[try #require(found.first).id] == "dog eats dog food")
    #expect(texts[try #require(found.last).id] == "the lazy dog")
    #expect(throws: StoreError.self) {
      try view.query(QueryRequest(QueryStage(query: .text(TextQuery("dog", in: "g")))))
    }
  }
}

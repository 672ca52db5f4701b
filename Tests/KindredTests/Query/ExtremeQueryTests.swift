import Kindred
import SparseIndex
import TestSupport
import Testing

/// Queries of every kind with numbers that well-meant clients never send: nothing may trap, every score
/// is a number, and the answer does not depend on how the points lie.
@Suite("Queries with extreme numbers") struct ExtremeQueryTests {
  @Test(arguments: 0..<12) func `have finite scores in one order`(_ seed: UInt64) throws {
    var generator = ExtremeQueries(seed: seed)
    let views = try generator.views()
    for round in 0..<60 {
      let request = generator.request()
      let answers = views.map { view in
        Result { try view.query(request) { _ throws(StoreError) in view } }
      }
      let first = try? answers[0].get()
      for answer in answers {
        #expect((try? answer.get()) == first, "seed \(seed), round \(round): \(request)")
      }
      for point in first ?? [] {
        #expect(point.score.isFinite, "seed \(seed), round \(round): \(request)")
      }
    }
  }

  @Test(arguments: 0..<6) func `can be asked in groups, matrices and recommendations`(
    _ seed: UInt64
  ) throws {
    var generator = ExtremeQueries(seed: seed)
    for view in try generator.views() {
      for _ in 0..<20 {
        let groups = try? view.queryGroups(
          QueryGroupsRequest(
            generator.request().stage, groupBy: JSONPath(first: "n"),
            groupSize: generator.count(), limit: generator.count()))
        for hit in groups?.flatMap(\.hits) ?? [] { #expect(hit.score.isFinite) }
        let matrix = try? view.distanceMatrix(
          DistanceMatrixRequest(
            sample: generator.count(), limit: generator.count(), using: generator.vectorName()))
        for pair in matrix?.pairs ?? [] { #expect(pair.score.isFinite) }
        let recommendation = try? view.recommend(
          RecommendationRequest(
            subject: .ratings(generator.sparse()), using: "s",
            neighbors: NeighborParameters(
              count: generator.count(),
              similarity: Bool.random(using: &generator.random) ? .dot : .cosine,
              input: generator.map(), target: generator.map(),
              similarityPower: [0, 1, 3].randomElement(using: &generator.random)!,
              shrinkage: [0, 5].randomElement(using: &generator.random)!),
            limit: generator.count(),
            diversity: [nil, 0.5, 1].randomElement(using: &generator.random)!, explain: true))
        for item in recommendation?.items ?? [] {
          #expect(item.score.isFinite)
          for part in item.explanation ?? [] { #expect(part.contribution.isFinite) }
        }
        _ = try? view.scroll(limit: generator.count())
        _ = try? view.facet(
          FacetRequest(key: JSONPath(first: "n"), limit: generator.count()))
      }
    }
  }

  @Test func `an IDF weight beyond Float32 is the greatest`() throws {
    let frequencies = InverseDocumentFrequency(pointCount: 1 << 40, documentFrequencies: [:])
    let weights = frequencies.applied(
      to: SparseVector(ascending: [1, 2], weights: [3e38, -3e38])
    ).weights
    #expect(weights == [.greatestFiniteMagnitude, -.greatestFiniteMagnitude])
  }

  @Test func `sums beyond Float32 are the greatest numbers, not infinite and not nothing`() throws {
    let great = Float(3e38)
    let rows: [Float] = [great, -great, great, -great]
    #expect(DenseSimilarity.similarity(.dot, rows, rows) == .greatestFiniteMagnitude)
    #expect(
      DenseSimilarity.similarity(.dot, rows, rows.map { -$0 }) == -.greatestFiniteMagnitude)
    #expect(
      DenseSimilarity.similarity(.dot, rows, [great, great, great, great]) == 0,
      "what cancels out in Float64 is 0")
    #expect(
      DenseSimilarity.similarity(.euclid, rows, rows.map { -$0 }) == -.greatestFiniteMagnitude)
    #expect(
      try averageVector(positive: [.dense([great]), .dense([great])], negative: [.dense([-great])])
        == .dense([.greatestFiniteMagnitude]))
    #expect(
      SumScores(positive: [.dense([1]), .dense([1])], negative: []).score([great, great])
        == .greatestFiniteMagnitude)
    #expect(
      try Fusion.rrf(k: 1, weights: [great, great]).fuse([
        [RankedPoint(id: 1, score: 1)], [RankedPoint(id: 1, score: 1)],
      ])[0].score == .greatestFiniteMagnitude)
  }
}

/// Draws collections and queries whose numbers are extreme.
struct ExtremeQueries {
  static let configuration = CollectionConfiguration(
    sparseVectors: ["s": .init(), "idf": .init(modifier: .idf)],
    denseVectors: [
      "dot": .init(size: 3, distance: .dot), "cosine": .init(size: 3, distance: .cosine),
      "euclid": .init(size: 3, distance: .euclid),
      "manhattan": .init(size: 3, distance: .manhattan),
      "rows": .init(size: 3, distance: .dot, isMultivector: true),
    ],
    payloadIndexes: [
      "n": .init(kind: .integer), "f": .init(kind: .float),
      "text": .init(kind: .text, parameters: ["type": "text", "scoring": true]),
    ])

  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The same points in one segment, and in three.
  mutating func views() throws -> [CollectionView] {
    let points = (0..<40).map { point(UInt64($0)) }
    return try [1, 3].map { count in
      var parts = Array(repeating: [Point](), count: count)
      for (index, point) in points.enumerated() { parts[index % count].append(point) }
      return CollectionView(
        name: "c", identity: 1, configuration: Self.configuration,
        segments: try parts.map { LiveSegment(try makeSegment($0, Self.configuration)) },
        sequenceNumber: 1)
    }
  }

  private mutating func point(_ id: UInt64) -> Point {
    var point = Point(id: .integer(id))
    for name in ["s", "idf", "dot", "cosine", "euclid", "manhattan", "rows"]
    where Int.random(in: 0..<8, using: &random) > 0 {
      point.vectors[name] = vector(name)
    }
    point.payload = [
      "n": .array([.integer(integer()), .integer(integer())]), "f": .double(double()),
      "place": ["lon": .double(double()), "lat": .double(double())], "text": "some text or other",
      "objects": [["n": .integer(integer())]],
    ]
    return point
  }

  // MARK: Leaves

  mutating func float() -> Float {
    let leaves: [Float] = [
      0, -0.0, 1, -1, 0.5, 3.4e38, -3.4e38, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-38, 1.8e19, 2_147_483_648,
      9_007_199_254_740_992, 16_777_216,
    ]
    return leaves.randomElement(using: &random)!
  }

  mutating func double() -> Double {
    let leaves: [Double] = [
      0, -0.0, 1, -1, 90, 180, 3.4e38, -3.4e38, 1.7e308, -1.7e308, .leastNonzeroMagnitude,
      9_007_199_254_740_994, 9.3e18, 1.9e19,
    ]
    return leaves.randomElement(using: &random)!
  }

  mutating func integer() -> Int64 {
    let leaves: [Int64] = [
      0, 1, -1, 1 << 31, 1 << 32, 1 << 53, (1 << 53) + 1, 1 << 62, .max, .min,
    ]
    return leaves.randomElement(using: &random)!
  }

  mutating func count() -> Int {
    let leaves = [1, 2, 10, 1 << 20, 1 << 31, 1 << 53, 1 << 62, Int.max]
    return leaves.randomElement(using: &random)!
  }

  mutating func map() -> WeightMap {
    [.stored, .range, .affine(scale: -1e6, offset: 1e6), .affine(scale: 0, offset: 0)]
      .randomElement(using: &random)!
  }

  mutating func vectorName() -> String {
    ["s", "idf", "dot", "cosine", "euclid", "manhattan", "rows"].randomElement(using: &random)!
  }

  mutating func sparse() -> SparseVector {
    let dimensions: [UInt32] = [0, 1, 2, 1 << 16, 1 << 31, .max].filter { _ in
      Bool.random(using: &random)
    }
    return SparseVector(ascending: dimensions, weights: dimensions.map { _ in float() })
  }

  mutating func vector(_ name: String) -> VectorValue {
    switch name {
    case "s", "idf": return .sparse(sparse())
    case "rows":
      return .multiDense(
        (0..<Int.random(in: 1...3, using: &random)).map { _ in [float(), float(), float()] })
    case "cosine":
      return .dense(DenseSimilarity.cosineNormalized([float(), float(), float()]))
    default: return .dense([float(), float(), float()])
    }
  }

  private mutating func input(_ name: String) -> VectorInput {
    Int.random(in: 0..<3, using: &random) == 0
      ? .id(.integer(UInt64.random(in: 0..<40, using: &random))) : .vector(vector(name))
  }

  private mutating func inputs(_ name: String, _ range: ClosedRange<Int>) -> [VectorInput] {
    (0..<Int.random(in: range, using: &random)).map { _ in input(name) }
  }

  // MARK: Queries

  mutating func request() -> QueryRequest {
    let name = vectorName()
    var request = QueryRequest(QueryStage(query: vectorQuery(name), using: name, limit: count()))
    if Bool.random(using: &random) { request.stage.scoreThreshold = float() }
    if Bool.random(using: &random) { request.stage.filter = filter() }
    if Int.random(in: 0..<4, using: &random) == 0 { request.offset = count() }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return text()
    case 1: return ordered()
    case 2, 3, 4: return prefetching()
    default: return request
    }
  }

  private mutating func vectorQuery(_ name: String) -> Query {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .nearest(input(name))
    case 1:
      return .nearest(
        input(name),
        mmr: MMR(
          diversity: [0, .leastNonzeroMagnitude, 0.5, 1].randomElement(using: &random)!,
          candidatesLimit: [nil, 0, 16384].randomElement(using: &random)!))
    case 2, 3:
      return .byExample(
        ByExample(
          positive: inputs(name, 1...3), negative: inputs(name, 0...2),
          strategy: ByExample.Strategy.allCases.randomElement(using: &random)!))
    case 4:
      return .discover(
        DiscoverInput(
          target: input(name),
          context: [ContextPair(positive: input(name), negative: input(name))]))
    case 5: return .context([ContextPair(positive: input(name), negative: input(name))])
    default:
      return .relevanceFeedback(
        RelevanceFeedbackInput(
          target: input(name),
          feedback: inputs(name, 0...4).map { .init(example: $0, score: float()) }, a: float(),
          b: float(), c: float()))
    }
  }

  private mutating func text() -> QueryRequest {
    let k = [0, 1.2, .leastNonzeroMagnitude, 3.4e38, 1.7e308].randomElement(using: &random)!
    let b = [0, .leastNonzeroMagnitude, 0.75, 1].randomElement(using: &random)!
    return QueryRequest(
      QueryStage(query: .text(TextQuery("some text", in: "text", k: k, b: b)), limit: count()))
  }

  private mutating func ordered() -> QueryRequest {
    let start: ExactNumber =
      Bool.random(using: &random) ? .integer(integer()) : .double(double())
    return QueryRequest(
      QueryStage(
        query: .orderBy(
          OrderBy(
            key: JSONPath(first: Bool.random(using: &random) ? "n" : "f"),
            direction: Bool.random(using: &random) ? .ascending : .descending, startFrom: start)),
        limit: count()))
  }

  private mutating func prefetching() -> QueryRequest {
    let prefetch = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let name = vectorName()
      return QueryStage(query: vectorQuery(name), using: name, limit: count())
    }
    let query: Query =
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        .fusion(
          .rrf(
            k: [0, 1, 2, Int.max].randomElement(using: &random)!,
            weights: prefetch.map { _ in float() }))
      case 1: .fusion(.dbsf)
      default: .formula(Formula(formula: expression(3)))
      }
    return QueryRequest(QueryStage(prefetch: prefetch, query: query, limit: count()))
  }

  private mutating func expression(_ depth: Int) -> FormulaExpression {
    func operand() -> FormulaExpression { expression(depth - 1) }
    switch Int.random(in: 0..<(depth == 0 ? 5 : 15), using: &random) {
    case 0: return .constant(double())
    case 1: return .variable(.score(Int.random(in: 0..<4, using: &random)))
    case 2: return .variable(.payload(JSONPath(first: "f")))
    case 3:
      return .condition(
        .field(key: JSONPath(first: "f"), .range(NumberRange(gte: .double(double())))))
    case 4:
      return .geoDistance(
        origin: GeoPoint(longitude: double(), latitude: double()), to: JSONPath(first: "place"))
    case 5: return .sum([operand(), operand()])
    case 6: return .mult([operand(), operand()])
    case 7: return .max([operand(), operand()])
    case 8: return .min([operand(), operand()])
    case 9: return .div(left: operand(), right: operand(), byZeroDefault: double())
    case 10: return .pow(base: operand(), exponent: operand())
    case 11: return .exp(operand())
    case 12: return .ln(.abs(operand()))
    case 13: return .sqrt(.neg(operand()))
    default:
      let kinds: [FormulaExpression.Decay] = [.exponential, .gaussian, .linear]
      return .decay(
        kinds.randomElement(using: &random)!,
        FormulaExpression.DecayParameters(
          x: operand(), target: operand(), scale: float(),
          midpoint: [0, .leastNonzeroMagnitude, 0.5, 1].randomElement(using: &random)!))
    }
  }

  private mutating func filter() -> Filter {
    let n = JSONPath(first: "n")
    let f = JSONPath(first: "f")
    let conditions: [Condition] = [
      .field(key: f, .range(NumberRange(lt: .double(double()), gte: .double(double())))),
      .field(key: n, .range(NumberRange(gt: .double(double()), lte: .double(double())))),
      .field(key: n, .matchValue(.integer(integer()))),
      .field(key: n, .matchAny([.integer(integer()), .integer(integer())])),
      .field(key: n, .valuesCount(CountRange(lt: count(), gte: count()))),
      .field(
        key: JSONPath(first: "place"),
        .geoRadius(
          center: GeoPoint(longitude: double(), latitude: double()), radius: double())),
      .field(
        key: JSONPath(first: "place"),
        .geoBoundingBox(
          topLeft: GeoPoint(longitude: double(), latitude: double()),
          bottomRight: GeoPoint(longitude: double(), latitude: double()))),
      .slice(index: 0, total: [1, 2, .max].randomElement(using: &random)!),
      .hasID([.integer(0), .integer(.max), .uuid(.max)]),
      .nested(
        key: JSONPath(first: "objects"),
        Filter(must: [.field(key: n, .range(NumberRange(gte: .double(double()))))])),
    ]
    let chosen = conditions.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
    return Bool.random(using: &random)
      ? Filter(mustNot: chosen)
      : Filter(
        should: chosen,
        minShould: chosen.isEmpty ? nil : .init(conditions: chosen, minCount: count()))
  }
}

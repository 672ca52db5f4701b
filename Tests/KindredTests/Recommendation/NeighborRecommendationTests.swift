import JSONCodec
import Kindred
import SparseIndex
import TestSupport
import Testing

/// Recommendations by neighbours, held against the plainest way to compute them.
@Suite struct NeighborRecommendationTests {
  private static let parameters: [NeighborParameters] = [
    NeighborParameters(), .notebook, NeighborParameters(count: 7, popularity: 0),
    NeighborParameters(
      count: 20, similarity: .dot, input: .affine(scale: -2, offset: 0.5), target: .stored,
      idf: false, similarityPower: 2, shrinkage: 3, popularity: 0.5, minNeighbors: 2),
    NeighborParameters(count: 30, input: .stored, target: .affine(scale: 1, offset: 3), idf: false),
  ]

  @Test(arguments: parameters.indices) func `are what the plain way finds, in every layout`(
    index: Int
  ) throws {
    let parameters = Self.parameters[index]
    var fixture = QueryFixture(seed: UInt64(70 + index))
    guard case .sparse(let ratings) = fixture.vector("s") else { return }
    let request = RecommendationRequest(
      subject: .ratings(ratings), using: "s", method: .neighbors, neighbors: parameters, limit: 30)
    let expected = Plain(fixture.points).recommend(ratings, parameters)
    var first: Recommendation?
    for layout in QueryFixture.Layout.allCases {
      let answer = try fixture.view(layout).recommend(request)
      if let first { #expect(answer == first, "\(layout)") }
      first = answer
      #expect(answer.items.count == expected.count)
      for (item, score) in zip(answer.items, expected.map(\.score)) {
        #expect(abs(Double(item.score) - score) < 1e-3 * max(1, abs(score)), "\(layout)")
      }
      #expect(answer.method == .neighbors && answer.fallbackReason == nil)
    }
  }

  @Test func `a point that rates something more is itself, with that`() throws {
    var fixture = QueryFixture(seed: 81)
    let id = fixture.id(having: "s")
    guard case .sparse(let own)? = fixture.vector("s", of: id),
      case .sparse(let more) = fixture.vector("s")
    else { return }
    for layout in QueryFixture.Layout.allCases {
      let view = try fixture.view(layout)
      func recommend(_ subject: RecommendationRequest.Subject) throws -> Recommendation {
        try view.recommend(
          RecommendationRequest(subject: subject, using: "s", method: .neighbors, limit: 30))
      }
      #expect(try recommend(.pointRating(id, .empty)) == recommend(.point(id)))
      #expect(try recommend(.pointRating(id, own)) == recommend(.point(id)))
      let answer = try recommend(.pointRating(id, more))
      let rated = Set(own.dimensions).union(more.dimensions)
      #expect(!answer.items.contains { rated.contains($0.id) })
      #expect(!answer.neighbors.contains { $0.id == id })
      // Where both have rated an item, the new weight counts.
      var weights = Dictionary(uniqueKeysWithValues: zip(own.dimensions, own.weights))
      for (item, weight) in zip(more.dimensions, more.weights) { weights[item] = weight }
      let both = try SparseVector(
        dimensions: weights.keys.sorted(),
        weights: weights.sorted { $0.key < $1.key }.map(\.value))
      #expect(try answer == recommend(.pointRating(id, both)))
    }
  }

  @Test(arguments: [(Float(0x1p24), Float(2)), (1.6e9, 128), (-3, 1e-5), (1e30, 1e24)])
  func `similarities are exact where weights differ by little of what they are`(
    base: Float, step: Float
  ) throws {
    var random = SeededGenerator(seed: 90)
    let points = (UInt64(0)..<60).map { id -> Point in
      let items = (UInt32(0)..<40).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      let weights = items.map { _ in
        Int.random(in: 0..<8, using: &random) == 0 ? base + step : base
      }
      return Point(
        id: .integer(id),
        vectors: ["s": .sparse(SparseVector(ascending: items, weights: weights))])
    }
    let ratings = SparseVector(ascending: [3, 7, 12], weights: [base, base + step, base])
    func map(_ weight: Float) -> Double {
      0.2 + 0.8 * (Double(weight) - Double(base)) / (Double(base + step) - Double(base))
    }
    let configuration = CollectionConfiguration(sparseVectors: ["s": SparseVectorParameters()])
    let segments = try [points[..<20], points[20...]].map {
      LiveSegment(try makeSegment(Array($0), configuration))
    }
    let view = CollectionView(
      name: "c", identity: 7, configuration: configuration, segments: segments, sequenceNumber: 1)
    let parameters = NeighborParameters(count: 60, idf: false)
    let few = points.map(\.id).enumerated().filter { $0.offset % 9 == 0 }.map(\.element)
    for filter in [nil, Filter(must: [.hasID(few)])] {
      let answer = try view.recommend(
        RecommendationRequest(
          subject: .ratings(ratings), using: "s", method: .neighbors, neighbors: parameters,
          filter: filter))
      #expect(!answer.neighbors.isEmpty)
      for neighbor in answer.neighbors {
        let point = try #require(points.first { $0.id == neighbor.id })
        guard case .sparse(let vector)? = point.vectors["s"] else { continue }
        func length(_ weights: [Float]) -> Double {
          weights.reduce(0) { $0 + map($1) * map($1) }.squareRoot()
        }
        let product = zip(vector.dimensions, vector.weights).reduce(0.0) { sum, rating in
          guard let place = ratings.dimensions.firstIndex(of: rating.0) else { return sum }
          return sum + map(ratings.weights[place]) * map(rating.1)
        }
        let expected = product / (length(vector.weights) * length(ratings.weights))
        #expect(abs(Double(neighbor.score) - expected) < 1e-6)
      }
    }
  }

  @Test func `an explanation adds up to the score`() throws {
    var fixture = QueryFixture(seed: 80)
    guard case .sparse(let ratings) = fixture.vector("s") else { return }
    let answer = try fixture.view().recommend(
      RecommendationRequest(subject: .ratings(ratings), using: "s", explain: true))
    #expect(!answer.items.isEmpty)
    for item in answer.items {
      let byNeighbors = try #require(item.explanation).reduce(0) { $0 + $1.contribution }
      let byRatings = try #require(item.because).reduce(0) { $0 + $1.contribution }
      #expect(abs(byNeighbors - item.score) < 1e-3)
      #expect(abs(byRatings - item.score) < 1e-3)
      #expect(item.because?.allSatisfy { ratings.dimensions.contains($0.item) } == true)
    }
  }

  @Test func `of somebody unknown, what is popular is recommended, and said so`() throws {
    let fixture = QueryFixture(seed: 81)
    let filter = Filter(must: [.field(key: JSONPath(first: "b"), .matchValue(.bool(true)))])
    for (filter, people) in [
      (nil, fixture.points), (filter, fixture.points.filter { $0.payload["b"] == .bool(true) }),
    ] {
      var counts: [UInt32: Int] = [:]
      for point in people {
        guard case .sparse(let vector)? = point.vectors["s"] else { continue }
        for item in vector.dimensions { counts[item, default: 0] += 1 }
      }
      let expected = counts.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(5)
      for layout in QueryFixture.Layout.allCases {
        let answer = try fixture.view(layout).recommend(
          RecommendationRequest(subject: .nobody, using: "s", filter: filter, limit: 5))
        #expect(answer.items.map(\.id) == expected.map(\.key))
        #expect(answer.items.map(\.score) == expected.map { Float($0.value) })
        #expect(answer.method == .popular)
        #expect(answer.fallbackReason == "nothing is known of the subject")
      }
    }
    let strange = SparseVector(ascending: [4_000_000], weights: [1])
    let answer = try fixture.view().recommend(
      RecommendationRequest(subject: .ratings(strange), using: "s"))
    #expect(answer.method == .popular)
    #expect(answer.fallbackReason == "nobody else has rated what the subject has")
  }

  @Test(arguments: [1, 63, 64, 65, 127, 1023, 1024, 1025, 2500])
  func `the best of many items are found wherever they lie`(itemCount: Int) throws {
    var random = SeededGenerator(seed: UInt64(itemCount))
    // Few weights: many scores are equal, and the higher item comes first.
    let items = (0..<itemCount).map { UInt32(3 * $0) }
    let weights = items.map { _ in Float(Int.random(in: -9...9, using: &random)) }
    let person = Point(
      id: .integer(1), vectors: ["s": .sparse(SparseVector(ascending: items, weights: weights))])
    let view = CollectionView(
      name: "c", identity: 7, configuration: QueryFixture.configuration,
      segments: [LiveSegment(try makeSegment([person], QueryFixture.configuration))],
      sequenceNumber: 1)
    let rated = weights.indices.max { abs(weights[$0]) < abs(weights[$1]) }!
    guard weights[rated] != 0 else { return }
    let expected = items.indices.filter { $0 != rated }
      .sorted { (weights[$0], items[$0]) > (weights[$1], items[$1]) }
    for limit in [1, 5, 70] {
      let answer = try view.recommend(
        RecommendationRequest(
          subject: .ratings(SparseVector(ascending: [items[rated]], weights: [weights[rated]])),
          using: "s", method: .notebook, limit: limit))
      #expect(answer.items.map(\.id) == expected.prefix(limit).map { items[$0] })
      #expect(answer.items.map(\.score) == expected.prefix(limit).map { weights[$0] })
    }
  }

  @Test func `items are left out, paged through and varied`() throws {
    var fixture = QueryFixture(seed: 82)
    guard case .sparse(let ratings) = fixture.vector("s") else { return }
    let view = try fixture.view(.manySegments)
    func ask(_ change: (inout RecommendationRequest) -> Void) throws -> [UInt32] {
      var request = RecommendationRequest(subject: .ratings(ratings), using: "s", limit: 6)
      change(&request)
      return try view.recommend(request).items.map(\.id)
    }
    let best = try ask { $0.limit = 20 }
    #expect(Set(best).isDisjoint(with: ratings.dimensions))
    #expect(try ask { $0.offset = 4 } == Array(best[4..<10]))
    #expect(try ask { $0.offset = 1 << 40 } == [])
    #expect(try ask { $0.exclude = [best[0], best[2]] }.prefix(3) == [best[1], best[3], best[4]])
    #expect(
      try !Set(
        ask {
          $0.excludeRated = false; $0.limit = 99
        }
      ).isDisjoint(with: ratings.dimensions))
    let varied = try ask { $0.diversity = 0.9 }
    #expect(varied.count == 6 && varied[0] == best[0] && Set(varied).count == 6)
    #expect(varied != Array(best.prefix(6)))
    #expect(try ask { $0.diversity = 0 } == Array(best.prefix(6)))
    // No item is on two pages, and none is left out.
    for diversity: Float in [0.3, 0.9] {
      let pages = try stride(from: 0, to: 60, by: 3).flatMap { offset in
        try ask {
          ($0.diversity, $0.limit, $0.offset) = (diversity, 3, offset)
        }
      }
      let all = try ask { $0.limit = 60 }
      #expect(pages.count == all.count && Set(pages) == Set(all))
    }
    #expect(throws: StoreError.self) { try ask { $0.diversity = 1.5 } }
    #expect(throws: StoreError.self) { try ask { $0.method = .items } }
    #expect(throws: StoreError.self) { try ask { $0.itemFilter = Filter(must: []) } }
  }

  @Test func `of many candidates those of a page are from its block`() throws {
    var random = SeededGenerator(seed: 3)
    let people = (0..<50).map { index in
      Point(
        id: .integer(UInt64(index)),
        vectors: [
          "s": .sparse(
            .random(dimensionCount: 400, count: 60, shape: .ratings, using: &random))
        ])
    }
    let view = CollectionView(
      name: "c", identity: 7, configuration: QueryFixture.configuration,
      segments: [LiveSegment(try makeSegment(people, QueryFixture.configuration))],
      sequenceNumber: 1)
    func page(_ limit: Int, _ offset: Int, diversity: Float?) throws -> [UInt32] {
      try view.recommend(
        RecommendationRequest(
          subject: .point(0), using: "s", limit: limit, offset: offset, diversity: diversity)
      ).items.map(\.id)
    }
    let plain = try page(400, 0, diversity: nil)
    #expect(plain.count > 150)
    let pages = try stride(from: 0, to: 400, by: 20).flatMap {
      try page(20, $0, diversity: 0.7)
    }
    #expect(pages.count == plain.count && Set(pages).count == plain.count)
    #expect(pages != plain)
    // A hundred candidates for pages of twenty.
    #expect(Set(pages.prefix(100)) == Set(plain.prefix(100)))
  }

  @Test func `where nothing that passes has a score the popular comes`() throws {
    let points = [
      Point(id: 1, vectors: ["s": .sparse(SparseVector(ascending: [1, 2], weights: [5, 5]))]),
      Point(id: 2, vectors: ["s": .sparse(SparseVector(ascending: [3], weights: [5]))]),
    ]
    let view = CollectionView(
      name: "c", identity: 7, configuration: QueryFixture.configuration,
      segments: [LiveSegment(try makeSegment(points, QueryFixture.configuration))],
      sequenceNumber: 1)
    let like = RecommendationRequest.Subject.ratings(SparseVector(ascending: [1], weights: [5]))
    var request = RecommendationRequest(subject: like, using: "s")
    #expect(try view.recommend(request).items.map(\.id) == [2])
    request.exclude = [2]
    let answer = try view.recommend(request)
    #expect(answer.items.map(\.id) == [3] && answer.method == .popular)
    #expect(answer.fallbackReason != nil)
    request.method = .neighbors
    #expect(try view.recommend(request).items.isEmpty)
  }

  @Test func `neighbours are named by what they added`() throws {
    var fixture = QueryFixture(seed: 85)
    guard case .sparse(let ratings) = fixture.vector("s") else { return }
    let answer = try fixture.view().recommend(
      RecommendationRequest(subject: .ratings(ratings), using: "s", explain: true))
    #expect(answer.items.contains { $0.explanation?.count ?? 0 > 1 })
    for item in answer.items {
      let added = try #require(item.explanation).map(\.contribution)
      #expect(added == added.sorted(by: >))
    }
  }

  @Test func `a filter on items asks the catalogue`() throws {
    var fixture = QueryFixture(seed: 83)
    guard case .sparse(let ratings) = fixture.vector("s") else { return }
    let catalogue = CollectionView(
      name: "items", identity: 8, configuration: CollectionConfiguration(),
      segments: [
        LiveSegment(
          try makeSegment(
            (0..<40).map {
              Point(id: .integer($0), payload: ["odd": .bool($0 % 2 == 1)])
            }, CollectionConfiguration()))
      ], sequenceNumber: 1)
    var request = RecommendationRequest(subject: .ratings(ratings), using: "s", limit: 99)
    let all = try fixture.view().recommend(request, catalogue: catalogue).items
    request.itemFilter = Filter(must: [
      .field(key: JSONPath(first: "odd"), .matchValue(.bool(true)))
    ])
    let odd = try fixture.view(.overwritten).recommend(request, catalogue: catalogue).items
    #expect(odd == all.filter { $0.id % 2 == 1 && $0.id < 40 })
    #expect(odd.allSatisfy { $0.payload == ["odd": true] })
  }

  @Test func `a group gets one list, and none of them is a neighbour`() throws {
    let fixture = QueryFixture(seed: 84)
    let people = fixture.points.filter { $0.vectors["s"] != nil }.prefix(3).map(\.id)
    let request = RecommendationRequest(subject: .points(people), using: "s", limit: 99)
    let answer = try fixture.view().recommend(request)
    #expect(try fixture.view(.manySegments).recommend(request) == answer)
    for point in fixture.points where people.contains(point.id) {
      guard case .sparse(let vector)? = point.vectors["s"] else { continue }
      #expect(Set(vector.dimensions).isDisjoint(with: answer.items.map(\.id)))
    }
  }

  @Test func `one like is not decided by ids`() throws {
    // Everybody likes 0; who has rated little beside it is nearest.
    let points = (0..<40).map { index -> Point in
      let others = (0...UInt32(index % 7)).map { 1 + ($0 + UInt32(index)) % 9 }
      let items = [0] + Set(others).sorted()
      return Point(
        id: .integer(UInt64(index)),
        vectors: [
          "s": .sparse(
            SparseVector(
              ascending: items,
              weights: items.map { $0 == 0 ? 5 : Float(1 + ($0 + UInt32(index)) % 5) }))
        ])
    }
    let view = CollectionView(
      name: "c", identity: 7, configuration: QueryFixture.configuration,
      segments: [LiveSegment(try makeSegment(points, QueryFixture.configuration))],
      sequenceNumber: 1)
    let like = RecommendationRequest.Subject.ratings(SparseVector(ascending: [0], weights: [5]))
    let scores = try view.recommend(RecommendationRequest(subject: like, using: "s"))
      .neighbors.map(\.score)
    #expect(Set(scores).count > 10)
    let notebook = try view.recommend(
      RecommendationRequest(subject: like, using: "s", method: .notebook))
    #expect(Set(notebook.neighbors.map(\.score)).count == 1)
  }
}

/// Every point compared with every rating, in dictionaries.
private struct Plain {
  let people: [(id: PointID, ratings: [UInt32: Double])]
  let raterCounts: [UInt32: Int]
  let range: ClosedRange<Double>

  init(_ points: [Point]) {
    people = points.compactMap { point in
      guard case .sparse(let vector)? = point.vectors["s"], vector.count > 0 else { return nil }
      return (
        point.id,
        Dictionary(uniqueKeysWithValues: zip(vector.dimensions, vector.weights.map(Double.init)))
      )
    }
    raterCounts = people.reduce(into: [:]) { counts, person in
      for item in person.ratings.keys { counts[item, default: 0] += 1 }
    }
    let weights = people.flatMap(\.ratings.values)
    range = weights.min()!...weights.max()!
  }

  private func map(_ map: WeightMap, _ weight: Double) -> Double {
    switch map {
    case .stored: weight
    case .affine(let scale, let offset): scale * weight + offset
    case .range:
      0.2 + 0.8 * (weight - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
  }

  func recommend(
    _ ratings: SparseVector, _ parameters: NeighborParameters
  ) -> [(item: UInt32, score: Double)] {
    var query: [UInt32: Double] = [:]
    for (item, weight) in zip(ratings.dimensions, ratings.weights) {
      var weight = Double(weight)
      if parameters.input == .range {
        weight = min(max(weight, range.lowerBound), range.upperBound)
      }
      query[item] = map(parameters.input, weight)
      if parameters.idf {
        let share = Double(people.count) / Double(max(1, raterCounts[item] ?? 0))
        query[item]! *= max(0.01, share.naturalLogarithm)
      }
    }
    let length = query.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var neighbors: [(id: PointID, similarity: Double, ratings: [UInt32: Double])] = []
    for person in people {
      let mapped = person.ratings.mapValues { map(parameters.input, $0) }
      let shared = mapped.keys.filter { query[$0] != nil }
      guard !shared.isEmpty else { continue }
      var similarity = shared.reduce(0) { $0 + query[$1]! * mapped[$1]! }
      if parameters.similarity == .cosine {
        let lengths = length * mapped.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        similarity = lengths > 0 ? similarity / lengths : 0
      }
      if parameters.shrinkage > 0 {
        similarity *= Double(shared.count) / (Double(shared.count) + parameters.shrinkage)
      }
      neighbors.append((person.id, similarity, person.ratings))
    }
    neighbors.sort { ($0.similarity, $0.id) > ($1.similarity, $1.id) }
    var sums: [UInt32: (score: Double, count: Int)] = [:]
    for neighbor in neighbors.prefix(parameters.count) {
      let power = neighbor.similarity.magnitude.raised(to: parameters.similarityPower)
      let factor =
        parameters.similarityPower == 0 ? 1 : neighbor.similarity < 0 ? -power : power
      for (item, weight) in neighbor.ratings {
        sums[item, default: (0, 0)].score += factor * map(parameters.target, weight)
        sums[item]!.count += 1
      }
    }
    for item in ratings.dimensions { sums[item] = nil }
    return sums.filter { $0.value.count >= parameters.minNeighbors }
      .map {
        let damping = Double(raterCounts[$0.key]!).raised(to: parameters.popularity)
        return ($0.key, $0.value.score / damping)
      }
      .sorted { $0.1 > $1.1 }.prefix(30).map { (item: $0.0, score: $0.1) }
  }
}

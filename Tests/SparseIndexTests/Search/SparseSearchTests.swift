import SparseIndex
import TestSupport
import Testing

@Suite struct SparseSearchTests {
  static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  /// Low dimensions are common and high ones rare, so that lists of every kind occur; the largest
  /// segment is searched in parts.
  @Test(arguments: WeightShape.allCases, [60, 700, 20_000, 70_000])
  func `every strategy answers what the oracle answers, to the last bit`(
    shape: WeightShape, pointCount: Int
  ) throws {
    var random = SeededGenerator(seed: UInt64(pointCount))
    let points = (0..<pointCount).map { index -> Point in
      var point = Point(id: .integer(UInt64(index * 3 + 1)))
      if index % 11 != 3 {
        point.vectors["v"] = .sparse(
          .random(
            dimensionCount: [60, 18, 18, 8][index % 4], count: min(index % 13, 8), shape: shape,
            using: &random))
      }
      return point
    }
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    for round in pointCount < 70_000 ? 0..<12 : 9..<12 {
      let query = SparseVector.random(
        dimensionCount: 70, count: 1 + round, shape: round % 2 == 0 ? shape : .signedFloats,
        using: &random)
      let limit = [1, 7, 20, 300, pointCount + 5][round % 5]
      let threshold: Float? = round % 4 == 3 ? 0.7 : nil
      var allowed: PointMask?
      if round % 3 != 0 {
        var mask = PointMask(count: pointCount)
        for offset in 0..<pointCount where random.oneIn(round % 3 == 1 ? 3 : 90) {
          mask[offset] = true
        }
        allowed = mask
      }
      for similarity in Similarity.allCases {
        let expected = SearchOracle.search(
          query, similarity: similarity, using: "v", in: points, limit: limit,
          scoreThreshold: threshold,
          where: { point in
            guard let allowed, case .integer(let id) = point.id else { return true }
            return allowed[Int(id) / 3]
          })
        // Without lists in memory, with the longest, and with all that are worth it.
        for cached in [0, sections.postings.pointCount * 4, .max] {
          sections.cache.keep(cached, of: sections.postings)
          for strategy in SparseSearch.Strategy.allCases {
            var topK = TopK(limit: limit, scoreThreshold: threshold)
            SparseSearch.search(
              query, similarity: similarity, in: sections, segment: (0, segment), allowed: allowed,
              strategy: strategy, minPartPostingCount: 100_000, into: &topK)
            let hits = topK.finish()
            let context: Comment =
              "\(shape) \(pointCount) \(round) \(similarity) \(strategy) \(cached)"
            #expect(hits.map(\.id) == expected.map(\.id), context)
            #expect(hits.map(\.score.bitPattern) == expected.map(\.score.bitPattern), context)
          }
        }
      }
    }
  }

  /// Points scored one by one from their vectors are the measure here.
  @Test(arguments: WeightShape.allCases)
  func `mapped and shrunk scores are the same by every strategy`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 43)
    let points = (0..<3000).map { index -> Point in
      var point = Point(id: .integer(UInt64(index)))
      if index % 17 != 3 {
        point.vectors["v"] = .sparse(
          .random(dimensionCount: 40, count: index % 9, shape: shape, using: &random))
      }
      return point
    }
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    let maps: [AffineMap] = [
      .identity, AffineMap(scale: 0.23, offset: 0.73), AffineMap(scale: -2, offset: 0.5),
      AffineMap(scale: 0, offset: 1), AffineMap(scale: 1e-160, offset: 0),
      AffineMap(scale: 1e6, offset: -1e6),
    ]
    for round in 0..<6 {
      let query = SparseVector.random(
        dimensionCount: 44, count: 2 + round, shape: round % 2 == 0 ? .positiveFloats : shape,
        using: &random)
      for map in maps {
        let cases: [(shrinkage: Double, limit: Int, similarity: Similarity)] = [
          (0, 20, .cosine), (3, 20, .cosine), (0, 1, .cosine), (0.5, 300, .dot),
          (0, 5000, .cosine),
        ]
        for (shrinkage, limit, similarity) in cases {
          func hits(_ strategy: SparseSearch.Strategy) -> [Hit] {
            var topK = TopK(limit: limit)
            SparseSearch.search(
              query, similarity: similarity, map: map, shrinkage: shrinkage, in: sections,
              segment: (0, segment), allowed: nil, strategy: strategy, into: &topK)
            return topK.finish()
          }
          let expected = hits(.vectors)
          for strategy in [SparseSearch.Strategy.automatic, .exhaustive, .lookUps] {
            #expect(
              hits(strategy) == expected,
              "\(shape) \(round) \(map) \(shrinkage) \(limit) \(similarity) \(strategy)")
          }
        }
      }
    }
  }

  /// A segment whose points have been overwritten but for some in a row: some windows have none, some a
  /// few, some many, and fewer blocks than hits are wanted may have hits.
  @Test(arguments: WeightShape.allCases)
  func `allowed points may lie together`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 41)
    let points = (0..<40_000).map { index in
      Point(
        id: .integer(UInt64(index)),
        vectors: ["v": .sparse(.random(dimensionCount: 30, count: 5, shape: shape, using: &random))]
      )
    }
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    let query = SparseVector.random(
      dimensionCount: 30, count: 8, shape: .signedFloats, using: &random)
    // Windows are of 16,384 points; fewer than one point in 48 would be scored without any.
    for range in [16_300..<20_000, 16_400..<17_300, 3000..<39_001] {
      var allowed = PointMask(count: points.count)
      for offset in range { allowed[offset] = true }
      for (limit, similarity) in [(1, Similarity.dot), (20, .dot), (800, .dot), (20, .cosine)] {
        let expected = SearchOracle.search(
          query, similarity: similarity, using: "v", in: Array(points[range]), limit: limit)
        for strategy in SparseSearch.Strategy.allCases {
          var topK = TopK(limit: limit)
          SparseSearch.search(
            query, similarity: similarity, in: sections, segment: (0, segment), allowed: allowed,
            strategy: strategy, into: &topK)
          let hits = topK.finish()
          let context: Comment = "\(shape) \(range) \(limit) \(similarity) \(strategy)"
          #expect(hits.map(\.id) == expected.map(\.id), context)
          #expect(hits.map(\.score.bitPattern) == expected.map(\.score.bitPattern), context)
        }
      }
    }
  }

  /// Points like the query raise the bar so early that its rare dimensions, long lists all the same,
  /// need not be decoded in later windows.
  @Test(arguments: WeightShape.allCases)
  func `rare dimensions are looked up once the bar is high`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 77)
    let query = try SparseVector(
      dimensions: Array(0..<9),
      weights: (0..<9).map { _ in WeightShape.signedFloats.weight(&random) })
    let points = (0..<80_000).map { index -> Point in
      // Six dimensions that a third of the points have, three that one in 20 has.
      var dimensions = (0..<6).filter { _ in random.oneIn(3) }
      dimensions += (6..<9).filter { _ in random.oneIn(20) }
      if index % 400 == 17 { dimensions = Array(0..<9) }
      let weights = dimensions.map { (dimension: Int) -> Float in
        let weight = shape.weight(&random)
        let isNear = index % 400 == 17 && index % 1600 != 17
        return isNear && (weight < 0) != (query.weights[dimension] < 0) ? -weight : weight
      }
      return Point(
        id: .integer(UInt64(index)),
        vectors: [
          "v": .sparse(
            try! SparseVector(dimensions: dimensions.map(UInt32.init), weights: weights))
        ])
    }
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    for limit in [1, 10, 100] {
      let expected = SearchOracle.search(
        query, similarity: .dot, using: "v", in: points, limit: limit)
      var topK = TopK(limit: limit)
      SparseSearch.search(
        query, similarity: .dot, in: sections, segment: (0, segment), allowed: nil,
        strategy: .bounds, into: &topK)
      let hits = topK.finish()
      #expect(hits.map(\.id) == expected.map(\.id), "\(shape) \(limit)")
      #expect(hits.map(\.score.bitPattern) == expected.map(\.score.bitPattern))
    }
  }

  /// Products that cancel each other out, so that sums rise far above the score of a hit and fall again, or the
  /// other way round; in windows where a k-th score is known.
  @Test(arguments: WeightShape.allCases, 0..<6)
  func `bounds hold where sums rise and fall`(shape: WeightShape, round: Int) throws {
    var random = SeededGenerator(seed: UInt64(round))
    let points = (0..<50_001).map { index -> Point in
      let dimensions = (0..<24).filter { random.oneIn($0 < 18 ? 2 + $0 % 9 : 40) }
      return shape.point(index, dimensions, &random)
    }
    let query = SparseVector(
      ascending: Array(0..<24),
      weights: (0..<24).map { dimension in
        let size = Float([1, 100, 7, 1e30, 1e-30, 1][round])
        let isNegative = [dimension % 2 == 0, dimension < 12, dimension >= 12][round % 3]
        return (isNegative ? -size : size) * Float.random(in: 0.5...1, using: &random)
          * (dimension == 5 && round > 2 ? 100 : 1)
      })
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    for cached in [0, Int.max] {
      sections.cache.keep(cached, of: sections.postings)
      for (limit, share) in [(1, 1), (20, 1), (20, 3), (700, 1), (20, 40)] {
        var allowed: PointMask?
        if share > 1 {
          var mask = PointMask(count: points.count)
          for offset in points.indices where offset % share == 0 { mask[offset] = true }
          allowed = mask
        }
        let expected = SearchOracle.search(
          query, similarity: .dot, using: "v", in: points, limit: limit,
          where: { point in
            guard case .integer(let id) = point.id else { return true }
            return Int(id) % share == 0
          })
        var topK = TopK(limit: limit)
        SparseSearch.search(
          query, similarity: .dot, in: sections, segment: (0, segment), allowed: allowed,
          strategy: .bounds, into: &topK)
        let hits = topK.finish()
        let context: Comment = "\(shape) \(round) \(cached) \(limit) \(share)"
        #expect(hits.map(\.id) == expected.map(\.id), context)
        #expect(hits.map(\.score.bitPattern) == expected.map(\.score.bitPattern), context)
      }
    }
  }

  @Test func `a search ends with its time, on every thread and whatever the strategy`() throws {
    let points = (0..<60_000).map { index in
      let vector = SparseVector(ascending: [UInt32(index % 7)], weights: [1])
      return Point(id: .integer(UInt64(index)), vectors: ["v": .sparse(vector)])
    }
    let segment = try makeSegment(points, Self.configuration)
    let sections = try #require(segment.sparseSections("v"))
    let query = SparseVector(ascending: Array(0..<7), weights: Array(repeating: 1, count: 7))
    for strategy in SparseSearch.Strategy.allCases {
      for minPartPostingCount in [1, .max] {
        func hitCount(_ context: ReadContext) -> Int {
          var topK = TopK(limit: 5)
          SparseSearch.search(
            query, similarity: .dot, in: sections, segment: (0, segment), allowed: nil,
            strategy: strategy, minPartPostingCount: minPartPostingCount, for: context,
            into: &topK)
          return topK.finish().count
        }
        #expect(hitCount(.unlimited) == 5)
        #expect(hitCount(ReadContext(deadline: .now - .seconds(1))) == 0)
      }
    }
  }

  @Test func `segments share one top k`() throws {
    var random = SeededGenerator(seed: 5)
    let points = (0..<900).map { index in
      Point(
        id: .integer(UInt64(index)),
        vectors: [
          "v": .sparse(
            .random(dimensionCount: 40, count: 9, shape: .smallIntegers, using: &random))
        ])
    }
    let parts = try [0..<100, 100..<101, 101..<900].map {
      try makeSegment(Array(points[$0]), Self.configuration)
    }
    let query = SparseVector.random(
      dimensionCount: 40, count: 6, shape: .signedFloats, using: &random)
    for limit in [1, 5, 50, 90, 120, 700] {
      let expected = SearchOracle.search(
        query, similarity: .dot, using: "v", in: points, limit: limit)
      for strategy in SparseSearch.Strategy.allCases {
        var topK = TopK(limit: limit)
        for (index, part) in parts.enumerated() {
          SparseSearch.search(
            query, similarity: .dot, in: try #require(part.sparseSections("v")),
            segment: (index, part), allowed: nil, strategy: strategy, into: &topK)
        }
        #expect(topK.finish().map(\.id) == expected.map(\.id), "\(limit) \(strategy)")
      }
    }
  }
}

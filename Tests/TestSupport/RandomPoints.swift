internal import JSONCodec
package import SparseIndex
internal import StorageIO

/// The distribution of random vectors' weights.
package enum WeightShape: CaseIterable, Sendable {
  /// Five values on either side of zero, as MovieLens' z-scores.
  case ratings
  /// Positive, as many different ones as there are postings.
  case positiveFloats
  case signedFloats
  /// Small whole numbers, zero among them: many equal scores.
  case smallIntegers
  /// Counts as people have them: many small ones, few that are thousands of times as large.
  case heavyTailed
  /// From the least that Float32 can say to the greatest, of either sign.
  case extremes

  package func weight(_ random: inout SeededGenerator) -> Float {
    switch self {
    case .ratings:
      [-2.3110454, -1.4158795, -0.52071357, 0.37445, 1.2696][
        Int.random(in: 0..<5, using: &random)]
    case .positiveFloats: Float.random(in: 0.001..<3, using: &random)
    case .signedFloats: Float.random(in: -5..<5, using: &random)
    case .smallIntegers: Float(Int.random(in: -2...3, using: &random))
    case .heavyTailed:
      Float(Int(1 / Double.random(in: 1e-5..<1, using: &random)))
        * Float.random(in: 0.99..<1, using: &random)
    case .extremes:
      [Float.leastNonzeroMagnitude, -1e-38, 1e-20, -1, 1, 1, -1e15, 3.4e38][
        Int.random(in: 0..<8, using: &random)]
        * Float.random(in: 0.5...1, using: &random)
    }
  }

  /// A point with a vector `v` of these dimensions, which ascend.
  package func point(_ id: Int, _ dimensions: [Int], _ random: inout SeededGenerator) -> Point {
    let weights = dimensions.map { _ in weight(&random) }
    return Point(
      id: .integer(UInt64(id)),
      vectors: [
        "v": .sparse(SparseVector(ascending: dimensions.map(UInt32.init), weights: weights))
      ])
  }
}

extension SparseVector {
  /// Dimensions below `dimensionCount`, the low ones far more often, as popular movies are.
  package static func random(
    dimensionCount: Int, count: Int, shape: WeightShape, using random: inout SeededGenerator
  ) -> SparseVector {
    var dimensions = Set<UInt32>()
    for _ in 0..<count {
      let uniform = Double.random(in: 0..<1, using: &random)
      dimensions.insert(UInt32(uniform * uniform * Double(dimensionCount)))
    }
    let sorted = dimensions.sorted()
    return SparseVector(
      ascending: sorted, weights: sorted.map { _ in shape.weight(&random) })
  }
}

/// A segment in memory.
package func makeSegment(
  _ points: [Point], _ configuration: CollectionConfiguration
) throws -> Segment {
  var sink = MemorySink()
  try SegmentBuilder.build(points, configuration: configuration, collection: 7, into: &sink)
  return try Segment(SharedBytes(sink.bytes), path: "memory", collection: 7)
}

/// The plainest possible search: every point, every dimension.
package enum SearchOracle {
  package static func search(
    _ query: SparseVector, similarity: Similarity, using name: String, in points: [Point],
    limit: Int, scoreThreshold: Float? = nil, where isAllowed: (Point) -> Bool = { _ in true }
  ) -> [(id: PointID, score: Float)] {
    var hits: [(id: PointID, score: Float)] = []
    for point in points where isAllowed(point) {
      guard case .sparse(let vector)? = point.vectors[name],
        let score = score(query, vector, similarity)
      else { continue }
      if let scoreThreshold, !(score > scoreThreshold) { continue }
      hits.append((point.id, score))
    }
    hits.sort { $0.score != $1.score ? $0.score > $1.score : $0.id > $1.id }
    return Array(hits.prefix(limit))
  }

  package static func score(
    _ query: SparseVector, _ vector: SparseVector, _ similarity: Similarity
  ) -> Float? {
    var sum = 0.0
    var isHit = false
    for (dimension, weight) in zip(vector.dimensions, vector.weights) {
      guard let index = query.dimensions.firstIndex(of: dimension) else { continue }
      sum += Double(query.weights[index]) * Double(weight)
      isHit = true
    }
    guard isHit else { return nil }
    switch similarity {
    case .dot: return Float(saturating: sum)
    case .cosine:
      let lengths = query.norm * vector.norm
      return lengths > 0 ? Float(sum / lengths) : 0
    }
  }
}

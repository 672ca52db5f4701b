/// Builds the sections of one sparse vector name from the vectors themselves: a counting sort turns
/// vectors (by point) into posting lists (by dimension).
enum SparseSectionsBuilder {
  /// - Parameter vectors: by point offset, nil where a point has none.
  /// - Returns: writers that have been given everything, to be finished.
  static func build(
    _ vectors: [SparseVector?]
  ) -> (postings: PostingsWriter, vectors: SparseVectorsWriter) {
    var distinct = DistinctWeights()
    for case .some(let vector) in vectors { distinct.insert(vector.weights) }
    let codebook = distinct.codebook
    let ranking = DimensionRanking(vectors)
    let transposed = TransposedVectors(vectors, ranking: ranking, codebook: codebook)
    return (
      transposed.postings(pointCount: vectors.count, ranking.dimensions, codebook),
      transposed.records(of: vectors, dimensionCount: ranking.dimensions.count, codebook)
    )
  }
}

extension SparseSectionsBuilder {
  /// The postings section that the vectors make with given codes.
  /// - Precondition: `codebook.covers(vectors)`.
  static func postings(of vectors: [SparseVector?], _ codebook: WeightCodebook) -> [UInt8] {
    let ranking = DimensionRanking(vectors)
    let transposed = TransposedVectors(vectors, ranking: ranking, codebook: codebook)
    return transposed.postings(pointCount: vectors.count, ranking.dimensions, codebook).finish()
  }
}

extension TransposedVectors {
  fileprivate init(_ vectors: [SparseVector?], ranking: DimensionRanking, codebook: WeightCodebook)
  {
    self.init(capacity: ranking.postingCounts.reduce(0, +))
    var coder = WeightCoder(codebook)
    for (offset, vector) in vectors.enumerated() {
      guard let vector else { continue }
      append(point: offset, room: vector.count) { ranks, codes in
        ranking.ranks(of: vector.dimensions, into: ranks)
        coder.codes(of: vector.weights, into: codes)
        return vector.count
      }
    }
    transpose(rankCount: ranking.dimensions.count)
  }

  /// The postings section.
  fileprivate func postings(
    pointCount: Int, _ dimensions: [UInt32], _ codebook: WeightCodebook
  ) -> PostingsWriter {
    var writer = PostingsWriter(pointCount: pointCount, codebook: codebook)
    for (rank, dimension) in dimensions.enumerated() {
      let list = list(ofRank: rank)
      writer.append(dimension: dimension, offsets: list.offsets, codes: list.codes)
    }
    return writer
  }

  /// The sparse vectors section.
  fileprivate func records(
    of vectors: [SparseVector?], dimensionCount: Int, _ codebook: WeightCodebook
  ) -> SparseVectorsWriter {
    var writer = SparseVectorsWriter(
      pointCount: vectors.count, dimensionCount: dimensionCount, codebook: codebook)
    var index = 0
    for vector in vectors {
      guard let vector else {
        writer.appendMissing()
        continue
      }
      let (ranks, codes) = self.vector(at: index)
      index += 1
      if codebook.isExact {
        writer.append(ranks: ranks, codes: codes, norm: vector.norm)
      } else {
        vector.weights.withUnsafeBufferPointer {
          writer.append(ranks: ranks, weights: $0, norm: vector.norm)
        }
      }
    }
    return writer
  }
}

/// The distinct dimensions of a set of vectors, ascending, and each one's place among them.
private struct DimensionRanking {
  private(set) var dimensions: [UInt32] = []
  /// Postings of each dimension, by rank.
  private(set) var postingCounts: [Int] = []
  /// Ranks by dimension; empty when dimensions are too far apart for a table.
  private var table: [UInt32] = []
  private var dictionary: [UInt32: UInt32] = [:]

  init(_ vectors: [SparseVector?]) {
    var greatest: UInt32 = 0
    var postingCount = 0
    for case .some(let vector) in vectors {
      postingCount += vector.count
      greatest = max(greatest, vector.dimensions.last ?? 0)
    }
    guard postingCount > 0 else { return }
    if Int(greatest) < max(8 * postingCount, 1 << 12) {
      table = Array(repeating: 0, count: Int(greatest) + 1)
      table.withUnsafeMutableBufferPointer { counts in
        for case .some(let vector) in vectors {
          for dimension in vector.dimensions { counts[Int(dimension)] &+= 1 }
        }
      }
      for dimension in table.indices where table[dimension] > 0 {
        postingCounts.append(Int(table[dimension]))
        table[dimension] = UInt32(dimensions.count)
        dimensions.append(UInt32(dimension))
      }
    } else {
      var counts: [UInt32: Int] = [:]
      for case .some(let vector) in vectors {
        for dimension in vector.dimensions { counts[dimension, default: 0] += 1 }
      }
      dimensions = counts.keys.sorted()
      postingCounts = dimensions.map { counts[$0]! }
      dictionary.reserveCapacity(dimensions.count)
      for (rank, dimension) in dimensions.enumerated() { dictionary[dimension] = UInt32(rank) }
    }
  }

  func ranks(of dimensions: [UInt32], into output: UnsafeMutablePointer<UInt32>) {
    if table.isEmpty {
      for (index, dimension) in dimensions.enumerated() { output[index] = dictionary[dimension]! }
    } else {
      table.withUnsafeBufferPointer { table in
        for (index, dimension) in dimensions.enumerated() { output[index] = table[Int(dimension)] }
      }
    }
  }
}

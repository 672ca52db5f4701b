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
    var records = SparseVectorsWriter(
      pointCount: vectors.count, dimensionCount: ranking.dimensions.count, codebook: codebook)
    let transposed = TransposedVectors(vectors, ranking, codebook) { vector, ranks, codes in
      guard let vector else { return records.appendMissing() }
      if codebook.isExact {
        records.append(ranks: ranks, codes: codes, norm: vector.norm)
      } else {
        vector.weights.withUnsafeBufferPointer {
          records.append(ranks: ranks, weights: $0, norm: vector.norm)
        }
      }
    }
    return (transposed.postings(pointCount: vectors.count, ranking.dimensions, codebook), records)
  }

  /// The postings section that the vectors make with given codes.
  /// - Precondition: `codebook.covers(vectors)`.
  static func postings(of vectors: [SparseVector?], _ codebook: WeightCodebook) -> [UInt8] {
    let ranking = DimensionRanking(vectors)
    return TransposedVectors(vectors, ranking, codebook) { _, _, _ in }
      .postings(pointCount: vectors.count, ranking.dimensions, codebook).finish()
  }
}

extension TransposedVectors {
  /// - Parameter eachVector: gets every vector in turn, with the ranks of its dimensions and the codes of
  ///   its weights.
  fileprivate init(
    _ vectors: [SparseVector?], _ ranking: DimensionRanking, _ codebook: WeightCodebook,
    _ eachVector: (SparseVector?, UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    self.init(postingCounts: ranking.postingCounts)
    var coder = WeightCoder(codebook)
    let capacity = vectors.reduce(1) { max($0, $1?.count ?? 0) }
    let ranks = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    let codes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer {
      ranks.deallocate()
      codes.deallocate()
    }
    for (offset, vector) in vectors.enumerated() {
      let count = vector?.count ?? 0
      if let vector {
        ranking.ranks(of: vector.dimensions, into: ranks)
        coder.codes(of: vector.weights, into: codes)
      }
      let vectorRanks = UnsafeBufferPointer(start: ranks, count: count)
      let vectorCodes = UnsafeBufferPointer(start: codes, count: count)
      append(point: offset, ranks: vectorRanks, codes: vectorCodes)
      eachVector(vector, vectorRanks, vectorCodes)
    }
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
}

/// The distinct dimensions of a set of vectors, ascending, and each one's place among them.
private struct DimensionRanking {
  private(set) var dimensions: [UInt32] = []
  /// Postings of each dimension, by rank.
  private(set) var postingCounts: [UInt32] = []
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
        postingCounts.append(table[dimension])
        table[dimension] = UInt32(dimensions.count)
        dimensions.append(UInt32(dimension))
      }
    } else {
      var counts: [UInt32: UInt32] = [:]
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

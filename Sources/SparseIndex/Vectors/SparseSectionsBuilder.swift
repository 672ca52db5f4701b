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

/// All postings of a set of vectors, by point and by dimension.
private struct TransposedVectors: ~Copyable {
  /// By point: ranks of dimensions, and codes of weights.
  private let ranks: UnsafeMutableBufferPointer<UInt32>
  private let codes: UnsafeMutableBufferPointer<UInt8>
  /// By dimension.
  private let listOffsets: UnsafeMutableBufferPointer<UInt32>
  private let listCodes: UnsafeMutableBufferPointer<UInt8>
  /// Where the list of each rank ends.
  private var ends: [Int]

  init(_ vectors: [SparseVector?], ranking: DimensionRanking, codebook: WeightCodebook) {
    let postingCount = ranking.postingCounts.reduce(0, +)
    ranks = .allocate(capacity: postingCount)
    codes = .allocate(capacity: postingCount)
    listOffsets = .allocate(capacity: postingCount)
    listCodes = .allocate(capacity: postingCount)
    var start = 0
    // Where the next posting of each list goes, in the end where it ends.
    ends = ranking.postingCounts.map { count in
      defer { start += count }
      return start
    }
    var coder = WeightCoder(codebook)
    var first = 0
    for (offset, vector) in vectors.enumerated() {
      guard let vector, vector.count > 0 else { continue }
      ranking.ranks(of: vector.dimensions, into: ranks.baseAddress! + first)
      coder.codes(of: vector.weights, into: codes.baseAddress! + first)
      ends.withUnsafeMutableBufferPointer { next in
        for index in first..<first + vector.count {
          let rank = Int(ranks[index])
          let slot = next[rank]
          next[rank] = slot &+ 1
          listOffsets[slot] = UInt32(truncatingIfNeeded: offset)
          listCodes[slot] = codes[index]
        }
      }
      first += vector.count
    }
  }

  deinit {
    ranks.deallocate()
    codes.deallocate()
    listOffsets.deallocate()
    listCodes.deallocate()
  }

  /// The postings section. Points come in offset order, so every list is ascending.
  func postings(
    pointCount: Int, _ dimensions: [UInt32], _ codebook: WeightCodebook
  ) -> PostingsWriter {
    var writer = PostingsWriter(pointCount: pointCount, codebook: codebook)
    var start = 0
    for (rank, dimension) in dimensions.enumerated() {
      let range = start..<ends[rank]
      start = range.upperBound
      writer.append(
        dimension: dimension, offsets: .init(rebasing: listOffsets[range]),
        codes: .init(rebasing: listCodes[range]))
    }
    return writer
  }

  /// The sparse vectors section.
  func records(
    of vectors: [SparseVector?], dimensionCount: Int, _ codebook: WeightCodebook
  ) -> SparseVectorsWriter {
    var writer = SparseVectorsWriter(
      pointCount: vectors.count, dimensionCount: dimensionCount, codebook: codebook)
    var start = 0
    for vector in vectors {
      guard let vector else {
        writer.appendMissing()
        continue
      }
      let range = start..<start + vector.count
      start = range.upperBound
      if codebook.isExact {
        writer.append(
          ranks: .init(rebasing: ranks[range]), codes: .init(rebasing: codes[range]),
          norm: vector.norm)
      } else {
        vector.weights.withUnsafeBufferPointer {
          writer.append(ranks: .init(rebasing: ranks[range]), weights: $0, norm: vector.norm)
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

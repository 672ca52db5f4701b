/// Builds the sections of one sparse vector name from the vectors themselves: a counting sort turns
/// vectors (by point) into posting lists (by dimension).
enum SparseFieldBuilder {
  /// - Parameter vectors: by point offset, nil where a point has none.
  static func build(_ vectors: [SparseVector?]) -> (postings: [UInt8], vectors: [UInt8]) {
    var distinct = DistinctWeights()
    var postingCount = 0
    for case .some(let vector) in vectors {
      postingCount += vector.count
      for weight in vector.weights { distinct.insert(weight) }
    }
    let codebook = distinct.codebook
    let ranking = DimensionRanking(vectors, postingCount: postingCount)

    // Where each list starts among all postings, then the counting sort itself: points come in
    // offset order, so every list is ascending.
    var ends = [Int](repeating: 0, count: ranking.dimensions.count)
    var ranks = [UInt32](repeating: 0, count: postingCount)
    var codes = [UInt8](repeating: 0, count: postingCount)
    var coder = WeightCoder(codebook)
    var index = 0
    for case .some(let vector) in vectors {
      for position in 0..<vector.count {
        let rank = ranking.rank(of: vector.dimensions[position])
        ranks[index] = rank
        codes[index] = coder.code(of: vector.weights[position])
        ends[Int(rank)] += 1
        index += 1
      }
    }
    var start = 0
    for rank in ends.indices {
      let count = ends[rank]
      ends[rank] = start
      start += count
    }
    var listOffsets = [UInt32](repeating: 0, count: postingCount)
    var listCodes = [UInt8](repeating: 0, count: postingCount)
    index = 0
    for (offset, vector) in vectors.enumerated() {
      guard let vector else { continue }
      for _ in 0..<vector.count {
        let slot = ends[Int(ranks[index])]
        ends[Int(ranks[index])] = slot + 1
        listOffsets[slot] = UInt32(offset)
        listCodes[slot] = codes[index]
        index += 1
      }
    }

    var postingsWriter = PostingsWriter(pointCount: vectors.count, codebook: codebook)
    var vectorsWriter = SparseVectorsWriter(
      pointCount: vectors.count, dimensionCount: ranking.dimensions.count, codebook: codebook)
    listOffsets.withUnsafeBufferPointer { listOffsets in
      listCodes.withUnsafeBufferPointer { listCodes in
        start = 0
        for (rank, dimension) in ranking.dimensions.enumerated() {
          let range = start..<ends[rank]
          postingsWriter.append(
            dimension: dimension, offsets: .init(rebasing: listOffsets[range]),
            codes: .init(rebasing: listCodes[range]))
          start = ends[rank]
        }
      }
    }
    ranks.withUnsafeBufferPointer { ranks in
      codes.withUnsafeBufferPointer { codes in
        index = 0
        for vector in vectors {
          guard let vector else {
            vectorsWriter.appendMissing()
            continue
          }
          let range = index..<index + vector.count
          index = range.upperBound
          if codebook.isExact {
            vectorsWriter.append(
              ranks: .init(rebasing: ranks[range]), codes: .init(rebasing: codes[range]),
              norm: vector.norm)
          } else {
            vector.weights.withUnsafeBufferPointer {
              vectorsWriter.append(
                ranks: .init(rebasing: ranks[range]), weights: $0, norm: vector.norm)
            }
          }
        }
      }
    }
    return (postingsWriter.finish(), vectorsWriter.finish())
  }
}

/// The distinct dimensions of a set of vectors, ascending, and each one's place among them.
private struct DimensionRanking {
  private(set) var dimensions: [UInt32] = []
  /// By dimension; empty when dimensions are too far apart for a table.
  private var table: [UInt32] = []
  private var ranks: [UInt32: UInt32] = [:]

  init(_ vectors: [SparseVector?], postingCount: Int) {
    var greatest: UInt32 = 0
    for case .some(let vector) in vectors {
      if let last = vector.dimensions.last { greatest = max(greatest, last) }
    }
    guard postingCount > 0 else { return }
    if Int(greatest) < max(8 * postingCount, 1 << 12) {
      table = Array(repeating: 0, count: Int(greatest) + 1)
      for case .some(let vector) in vectors {
        for dimension in vector.dimensions { table[Int(dimension)] = 1 }
      }
      for dimension in table.indices where table[dimension] == 1 {
        table[dimension] = UInt32(dimensions.count)
        dimensions.append(UInt32(dimension))
      }
    } else {
      var seen = Set<UInt32>()
      for case .some(let vector) in vectors { seen.formUnion(vector.dimensions) }
      dimensions = seen.sorted()
      ranks.reserveCapacity(dimensions.count)
      for (rank, dimension) in dimensions.enumerated() { ranks[dimension] = UInt32(rank) }
    }
  }

  func rank(of dimension: UInt32) -> UInt32 {
    table.isEmpty ? ranks[dimension]! : table[Int(dimension)]
  }
}

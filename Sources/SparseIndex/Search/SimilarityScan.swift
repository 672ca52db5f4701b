/// How alike one vector is to every candidate of a segment: what queries by several examples are
/// scored from. A candidate that shares no dimension with a sparse vector has similarity 0.
///
/// The numbers are those of nearest search, to the last bit.
package enum SimilarityScan {
  /// Fewer candidates than one in this many are scored from their vectors.
  private static let scarceShare = 16

  /// - Returns: by point offset; only those of candidates mean anything.
  /// - Precondition: candidates have a vector of the field.
  package static func similarities(
    to query: SparseVector, in field: SparseField, candidates: PointMask, for context: ReadContext
  ) -> [Float] {
    let pointCount = field.postings.pointCount
    var similarities = [Float](repeating: 0, count: pointCount)
    let resolved = SparseQuery(query, in: field, similarity: .dot)
    guard !resolved.terms.isEmpty else { return similarities }
    if !field.postings.codebook.isExact || candidates.memberCount * scarceShare < pointCount {
      let scorer = VectorScorer(resolved)
      candidates.forEach(in: context, steps: 256) {
        similarities[$0] = Float(scorer.sum(at: $0) ?? 0)
      }
      return similarities
    }
    // Term at a time, dimensions ascending: the order in which a score's products are added.
    var sums = [Double](repeating: 0, count: pointCount)
    for (index, term) in resolved.terms.enumerated() where !context.isOver {
      let products = resolved.products + index * resolved.codeStride
      forEachPosting(of: term.list) { offset, code in sums[offset] += products[Int(code)] }
    }
    for offset in 0..<pointCount { similarities[offset] = Float(sums[offset]) }
    return similarities
  }

  /// - Parameter query: one row for single vectors, any number for multivectors.
  package static func similarities(
    to query: [[Float]], distance: DenseSimilarity.Distance, in field: DenseField,
    candidates: PointMask, for context: ReadContext
  ) -> [Float] {
    var similarities = [Float](repeating: 0, count: candidates.count)
    candidates.forEach(in: context, steps: 256) { offset in
      guard let rows = field.components(at: offset).baseAddress else { return }
      similarities[offset] = DenseSimilarity.maxSimilarity(
        distance, query: query, rows: rows, rowCount: field.rowCount(at: offset), size: field.size)
    }
    return similarities
  }

  /// How many of the candidates have the dimension.
  package static func documentFrequency(
    of dimension: UInt32, in field: SparseField, candidates: PointMask?
  ) -> Int {
    guard let rank = field.postings.rank(of: dimension) else { return 0 }
    let list = field.postings.list(at: rank)
    guard let candidates else { return list.count }
    var count = 0
    forEachPosting(of: list) { offset, _ in
      if candidates[offset] { count += 1 }
    }
    return count
  }

  /// Calls `body` with the offset and the code of every posting, ascending.
  private static func forEachPosting(of list: PostingList, _ body: (Int, UInt8) -> Void) {
    let windowCount = min(SearchWindow.pointCount, list.count)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: windowCount) { offsets in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: windowCount) { codes in
        guard let offsetBase = offsets.baseAddress, let codeBase = codes.baseAddress else { return }
        var cursor = PostingCursor(list)
        for end in stride(
          from: SearchWindow.pointCount, to: list.pointCount + SearchWindow.pointCount,
          by: SearchWindow.pointCount)
        {
          let count = cursor.decode(
            below: min(end, list.pointCount), capacity: windowCount, offsets: offsetBase,
            codes: codeBase)
          for index in 0..<count { body(Int(offsets[index]), codes[index]) }
        }
      }
    }
  }
}

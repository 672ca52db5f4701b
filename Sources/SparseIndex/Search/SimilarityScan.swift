/// Tells how alike one vector is to every candidate of a segment; queries by several examples are
/// scored from that. A candidate that shares no dimension with a sparse vector has similarity 0.
///
/// The numbers are those of nearest search, to the last bit.
package enum SimilarityScan {
  /// Fewer candidates than one in this many are scored from their vectors.
  private static let scarceShare = 16

  /// - Parameter window: the offsets to compare.
  /// - Returns: by offset from the window's start; only those of candidates mean anything.
  /// - Precondition: candidates have a vector in the sections.
  package static func similarities(
    to query: SparseVector, in sections: SparseSections, candidates: PointMask, window: Range<Int>,
    for context: ReadContext
  ) -> [Float] {
    var similarities = [Float](repeating: 0, count: window.count)
    let resolved = SparseQuery(query, in: sections, similarity: .dot, for: context)
    guard !resolved.terms.isEmpty else { return similarities }
    let candidateCount = candidates.memberCount(in: window)
    if !sections.postings.codebook.isExact || !resolved.hasProducts
      || candidateCount * scarceShare < window.count
    {
      // The scorer lies in the query's arena.
      withExtendedLifetime(resolved) {
        let scorer = VectorScorer(resolved, for: context)
        candidates.forEach(in: window, for: context, steps: 32) {
          similarities[$0 - window.lowerBound] = Float(saturating: scorer.sum(at: $0) ?? 0)
        }
      }
      return similarities
    }
    // Term at a time, dimensions ascending: the order in which a score's products are added.
    var sums = [Double](repeating: 0, count: window.count)
    for (index, term) in resolved.terms.enumerated() where !context.isOver {
      let products = resolved.products + index * resolved.codeStride
      forEachPosting(of: term.list, in: window) { offset, code in
        sums[offset - window.lowerBound] += products[Int(code)]
      }
    }
    for index in sums.indices { similarities[index] = Float(saturating: sums[index]) }
    return similarities
  }

  /// - Parameters:
  ///   - query: one row for single vectors, any number for multivectors.
  ///   - window: the offsets to compare.
  package static func similarities(
    to query: [[Float]], distance: DenseSimilarity.Distance, in sections: DenseSections,
    candidates: PointMask, window: Range<Int>, for context: ReadContext
  ) -> [Float] {
    var similarities = [Float](repeating: 0, count: window.count)
    var meter = WorkMeter(context)
    candidates.forEach(in: window, for: context, steps: 8) { offset in
      guard let rows = sections.components(at: offset).baseAddress else { return }
      similarities[offset - window.lowerBound] = DenseSimilarity.maxSimilarity(
        distance, query: query, rows: rows, rowCount: sections.rowCount(at: offset),
        size: sections.size,
        &meter)
    }
    return similarities
  }

  /// How many of the candidates have the dimension.
  package static func documentFrequency(
    of dimension: UInt32, in sections: SparseSections, candidates: PointMask?,
    for context: ReadContext
  ) -> Int {
    guard let rank = sections.postings.rank(of: dimension) else { return 0 }
    let list = sections.postings.list(at: rank)
    guard let candidates else { return list.count }
    if context.isOver { return 0 }
    var count = 0
    forEachPosting(of: list, in: 0..<list.pointCount) { offset, _ in
      if candidates[offset] { count += 1 }
    }
    return count
  }

  /// The points that have the dimension.
  package static func members(
    of dimension: UInt32, in sections: SparseSections, for context: ReadContext
  ) -> PointMask {
    var mask = PointMask(count: sections.postings.pointCount)
    guard let rank = sections.postings.rank(of: dimension), !context.isOver else { return mask }
    let list = sections.postings.list(at: rank)
    forEachPosting(of: list, in: 0..<list.pointCount) { offset, _ in mask[offset] = true }
    return mask
  }

  /// Calls `body` with the offset and the code of every posting in the window, ascending.
  private static func forEachPosting(
    of list: PostingList, in window: Range<Int>, _ body: (Int, UInt8) -> Void
  ) {
    let windowCount = min(SearchWindow.pointCount, list.count, window.count)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: windowCount) { offsets in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: windowCount) { codes in
        guard let offsetBase = offsets.baseAddress, let codeBase = codes.baseAddress else { return }
        var cursor = PostingCursor(list)
        if window.lowerBound > 0 { cursor.skip(to: window.lowerBound) }
        for start in stride(
          from: window.lowerBound, to: window.upperBound, by: SearchWindow.pointCount)
        {
          let end = min(start + SearchWindow.pointCount, window.upperBound)
          let count = cursor.decode(
            below: end, capacity: windowCount, offsets: offsetBase,
            codes: codeBase)
          for index in 0..<count { body(Int(offsets[index]), codes[index]) }
        }
      }
    }
  }
}

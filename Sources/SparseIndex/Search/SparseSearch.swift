/// Finds the best points of one segment for a sparse query: chooses the algorithm, walks the windows.
///
/// All algorithms give the same scores to the last bit, so the choice is a matter of time alone.
package enum SparseSearch {
  /// Which algorithm to use; tests and benchmarks ask for one, everybody else for the best.
  package enum Strategy: Sendable, CaseIterable {
    case automatic
    /// Score each allowed point from its vector.
    case vectors
    /// Score everything that shares a dimension.
    case exhaustive
    /// Bound everything, score what could enter.
    case bounds
  }

  /// A filter that lets fewer points through than one in this many is answered from the vectors.
  private static let scarceShare = 48
  /// Bounds of more terms than this are too coarse.
  private static let maxBoundedTermCount = 4096

  /// - Parameters:
  ///   - allowed: the points that may be hits (live, and passing the filter); nil for all.
  ///   - segment: its index in the snapshot goes into the hits.
  package static func search(
    _ vector: SparseVector, similarity: Similarity, in field: SparseField,
    segment: (index: Int, segment: Segment), allowed: PointMask?, strategy: Strategy = .automatic,
    into topK: inout TopK
  ) {
    let query = SparseQuery(vector, in: field, similarity: similarity)
    guard !query.terms.isEmpty else { return }
    let pointCount = field.postings.pointCount
    let scorer = VectorScorer(query)
    if let allowed {
      let allowedCount = allowed.memberCount
      guard allowedCount > 0 else { return }
      if strategy == .vectors
        || strategy == .automatic && allowedCount * scarceShare < pointCount
      {
        scoreVectors(query, scorer, allowed, segment, &topK)
        return
      }
    } else if strategy == .vectors {
      scoreVectors(query, scorer, PointMask(count: pointCount, filled: true), segment, &topK)
      return
    }

    let canBound =
      similarity == .dot && query.terms.count <= maxBoundedTermCount && strategy != .exhaustive
    let capacity = min(SearchWindow.pointCount, pointCount)
    var window = SearchWindow(query)
    let bounds = canBound ? BoundScan(query, capacity: capacity) : nil
    let exhaustive = ExhaustiveScan(capacity: capacity)
    for start in stride(from: 0, to: pointCount, by: SearchWindow.pointCount) {
      let range = start..<min(start + SearchWindow.pointCount, pointCount)
      if let allowed, !allowed.hasMember(in: range) { continue }
      window.advance(to: range)
      if let isDone = bounds?.scan(
        window, of: query, scorer: scorer, allowed: allowed, segment: segment, into: &topK),
        isDone
      {
        continue
      }
      exhaustive.scan(
        window, of: query, scorer: scorer, allowed: allowed, segment: segment, into: &topK)
    }
  }

  private static func scoreVectors(
    _ query: borrowing SparseQuery, _ scorer: borrowing VectorScorer, _ allowed: PointMask,
    _ segment: (index: Int, segment: Segment), _ topK: inout TopK
  ) {
    allowed.forEach { offset in
      guard let sum = scorer.sum(at: offset) else { return }
      topK.insert(
        score: query.score(sum: sum, at: offset), segment: segment.index, offset: offset,
        id: segment.segment.id(at: offset))
    }
  }
}

extension PointMask {
  /// Whether some offset in `range`, which starts at a multiple of 64, is a member.
  fileprivate func hasMember(in range: Range<Int>) -> Bool {
    for index in range.lowerBound >> 6..<(range.upperBound + 63) >> 6 where words[index] != 0 {
      return true
    }
    return false
  }
}

internal import Dispatch
internal import StorageIO

/// Finds the best points of one segment for a sparse query: chooses the algorithm, walks the windows.
///
/// All algorithms give the same scores to the last bit, so the choice is a matter of time alone.
package enum SparseSearch {
  /// Which algorithm to use; tests and benchmarks ask for one, everybody else for the best.
  package enum Strategy: Sendable, CaseIterable {
    case automatic
    /// Score each allowed point from its vector.
    case vectors
    /// Look each allowed point up in the lists, where codes are exact; else as `vectors`.
    case lookUps
    /// Score everything that shares a dimension; where codes are intervals, what they let reach the k-th
    /// best score.
    case exhaustive
    /// Bound everything, score what could enter.
    case bounds
  }

  /// Where fewer points are allowed than one in this many, they are scored one by one.
  private static let scarceShare = 48
  /// The same where bounds do not help.
  private static let boundlessScarceShare = 4
  /// Bounds of more terms than this are too coarse.
  private static let maxBoundedTermCount = 4096

  /// Queries of at least this number of terms without block codes are scored faster from vectors than
  /// from lists.
  private static let vectorTermCount = 32

  /// - Parameters:
  ///   - map: the weights that stored ones stand for.
  ///   - shrinkage: scores of points that share n dimensions are multiplied by n / (n + this).
  ///   - allowed: the points that may be hits (live, and passing the filter); nil for all.
  ///   - segment: its index in the view goes into the hits.
  ///   - minPartPostingCount: queries of twice as many postings are divided among processors.
  package static func search(
    _ vector: SparseVector, similarity: Similarity, map: AffineMap = .identity,
    shrinkage: Double = 0, in sections: SparseSections,
    segment: (index: Int, segment: Segment), allowed: PointMask?, strategy: Strategy = .automatic,
    minPartPostingCount: Int = minPartPostingCount, for context: ReadContext = .unlimited,
    into topK: inout TopK
  ) {
    func resolved() -> SparseQuery {
      SparseQuery(
        vector, in: sections, similarity: similarity, map: map, shrinkage: shrinkage, for: context)
    }
    let query = resolved()
    guard !query.terms.isEmpty else { return }
    let pointCount = sections.postings.pointCount
    if let allowed {
      let allowedCount = allowed.memberCount
      guard allowedCount > 0 else { return }
      if strategy == .automatic && allowedCount * scarceShare < pointCount {
        if LookUpScan.isWorthwhile(query, pointCount: allowedCount) {
          LookUpScan.scan(query, allowed, segment, context, &topK)
        } else {
          scoreVectors(query, allowed, segment, context, &topK)
        }
        return
      }
    }
    if strategy == .vectors || strategy == .lookUps || !query.hasProducts {
      let allowed = allowed ?? PointMask(count: pointCount, filled: true)
      if strategy == .lookUps, query.hasProducts, sections.postings.codebook.isExact {
        LookUpScan.scan(query, allowed, segment, context, &topK)
      } else {
        scoreVectors(query, allowed, segment, context, &topK)
      }
      return
    }

    let windowCount = (pointCount + SearchWindow.pointCount - 1) / SearchWindow.pointCount
    let partCount = min(
      query.postingCount / minPartPostingCount, windowCount / 2, maxPartCount)
    if partCount > 1 {
      searchParts(partCount, windowCount, into: &topK) { windows, topK in
        scan(
          windows, of: resolved(), allowed: allowed, segment: segment, strategy: strategy, context,
          into: &topK)
      }
    } else {
      scan(
        0..<windowCount, of: query, allowed: allowed, segment: segment, strategy: strategy,
        context, into: &topK)
    }
  }

  /// Large queries are divided among the processors, by windows.
  private static let maxPartCount = min(4, Machine.processorCount)
  /// A part has at least this many postings, about half a millisecond's work: waking a thread that
  /// sleeps costs a tenth of that.
  package static let minPartPostingCount = 1_000_000

  private static func searchParts(
    _ partCount: Int, _ windowCount: Int, into topK: inout TopK,
    _ scan: (_ windows: Range<Int>, inout TopK) -> Void
  ) {
    // Parts need not find what cannot reach the hits found so far.
    let empty = TopK(limit: topK.limit, scoreThreshold: topK.leastUseful?.nextDown)
    var parts = Array(repeating: empty, count: partCount)
    parts.withUnsafeMutableBufferPointer { parts in
      // Each iteration has an element of its own.
      nonisolated(unsafe) let parts = parts
      withoutActuallyEscaping(scan) { scan in
        nonisolated(unsafe) let scan = scan
        DispatchQueue.concurrentPerform(iterations: partCount) { part in
          scan(
            windowCount * part / partCount..<windowCount * (part + 1) / partCount, &parts[part])
        }
      }
    }
    for part in parts {
      for hit in part.finish() { topK.insert(hit) }
    }
  }

  private static func scan(
    _ windows: Range<Int>, of query: borrowing SparseQuery, allowed: PointMask?,
    segment: (index: Int, segment: Segment), strategy: Strategy, _ context: ReadContext,
    into topK: inout TopK
  ) {
    let pointCount = query.sections.postings.pointCount
    let canBound =
      query.canBeBounded && query.terms.count <= maxBoundedTermCount
      && strategy != .exhaustive
    let capacity = min(SearchWindow.pointCount, pointCount)
    let none = UnsafeBufferPointer<Int>(start: nil, count: 0)
    var window = SearchWindow(query)
    var bounds = canBound ? BoundScan(query, capacity: capacity) : nil
    let isExact = query.sections.postings.codebook.isExact
    let scorer: VectorScorer? =
      isExact && query.gapTermCount < vectorTermCount ? nil : VectorScorer(query, for: context)
    let vectorCount = IntervalScan.worthwhileCount(query, windowPointCount: capacity)
    var vectors: VectorScorer?
    var exhaustive: ExhaustiveScan?
    var intervals: IntervalScan?
    for index in windows {
      if context.isOver { return }
      let start = index * SearchWindow.pointCount
      let range = start..<min(start + SearchWindow.pointCount, pointCount)
      let allowedCount = allowed?.memberCount(in: range) ?? range.count
      if allowedCount == 0 { continue }
      func isScarce(_ share: Int) -> Bool {
        strategy == .automatic && allowedCount * share < range.count
      }
      if !isScarce(scarceShare), isExact || canBound {
        window.advance(to: range, deferring: bounds?.deferred ?? none)
        if let isDone = bounds?.scan(
          window, of: query, scorer: scorer, maxVectorCount: vectorCount, allowed: allowed,
          segment: segment, into: &topK),
          isDone
        {
          continue
        }
      }
      let scoresAll =
        isExact
        ? isScarce(boundlessScarceShare) : strategy == .automatic && allowedCount <= vectorCount
      if let allowed, scoresAll {
        if vectors == nil { vectors = VectorScorer(query, for: context) }
        allowed.forEach(in: range) { offset in
          vectors!.score(offset, of: query, segment, &topK)
        }
        continue
      }
      guard isExact else {
        if intervals == nil { intervals = IntervalScan(query, capacity: capacity, for: context) }
        if intervals == nil { return }
        intervals!.scan(
          range, of: query, scorer: scorer, allowed: allowed, segment: segment, into: &topK)
        continue
      }
      if exhaustive == nil {
        exhaustive = ExhaustiveScan(query, capacity: capacity, for: context)
        if exhaustive == nil { return }
      }
      exhaustive!.scan(window, of: query, allowed: allowed, segment: segment, into: &topK)
    }
  }

  private static func scoreVectors(
    _ query: borrowing SparseQuery, _ allowed: PointMask,
    _ segment: (index: Int, segment: Segment), _ context: ReadContext, _ topK: inout TopK
  ) {
    let scorer = VectorScorer(query, for: context)
    allowed.forEach(in: context, steps: 32) { offset in
      scorer.score(offset, of: query, segment, &topK)
    }
  }
}

extension VectorScorer {
  fileprivate func score(
    _ offset: Int, of query: borrowing SparseQuery, _ segment: (index: Int, segment: Segment),
    _ topK: inout TopK
  ) {
    guard let products = products(at: offset) else { return }
    topK.insert(
      score: query.score(sum: products.sum, sharedCount: products.count, at: offset),
      segment: segment.index, offset: offset,
      id: segment.segment.id(at: offset))
  }
}

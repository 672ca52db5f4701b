/// Scores every point of a window that shares a dimension with the query: term at a time into
/// Float64 accumulators, dimensions ascending, so the sums are the scores' own. Where codes are not
/// exact it only finds out who shares a dimension, and scores from the vectors.
struct ExhaustiveScan: ~Copyable {
  private let sums: UnsafeMutablePointer<Double>
  /// Which points share a dimension.
  private let touched: UnsafeMutablePointer<UInt64>
  /// How many dimensions each point shares; only where scores are shrunk by it.
  private let counts: UnsafeMutablePointer<UInt32>
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    sums = .allocate(capacity: capacity)
    touched = .allocate(capacity: (capacity + 63) / 64)
    counts = .allocate(capacity: capacity)
    counts.initialize(repeating: 0, count: capacity)
  }

  deinit {
    sums.deallocate()
    touched.deallocate()
    counts.deallocate()
  }

  /// - Parameter scorer: scores from the vectors where codes are not exact.
  func scan(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery,
    scorer: borrowing VectorScorer?, allowed: PointMask?, segment: (index: Int, segment: Segment),
    into topK: inout TopK
  ) {
    let base = window.range.lowerBound
    let count = window.range.count
    precondition(count <= capacity)
    let isExact = query.sections.postings.codebook.isExact
    sums.initialize(repeating: 0, count: count)
    let wordCount = (count + 63) / 64
    touched.initialize(repeating: 0, count: wordCount)
    if query.shrinkage > 0 { countShared(window, of: query) }
    for index in query.terms.indices {
      let products = query.products + index * query.codeStride
      if let blockCodes = window.blockCodes(of: index) {
        for position in 0..<count {
          let code = Int(BlockCodes.code(at: position, in: blockCodes))
          if code != 0 { add(products[code &- 1], at: position) }
        }
      } else {
        let offsets = window.offsets(of: index)
        let codes = window.codes(of: index)
        for posting in 0..<window.count(of: index) {
          add(products[Int(codes[posting])], at: Int(offsets[posting]) &- base)
        }
      }
    }
    for wordIndex in 0..<wordCount {
      var word = touched[wordIndex]
      if let allowed { word &= allowed.words[base >> 6 &+ wordIndex] }
      while word != 0 {
        let position = wordIndex << 6 &+ word.trailingZeroBitCount
        word &= word &- 1
        let offset = base &+ position
        guard let sum = isExact ? sums[position] : scorer!.sum(at: offset) else { return }
        topK.insert(
          score: query.score(sum: sum, sharedCount: Int(counts[position]), at: offset),
          segment: segment.index, offset: offset,
          id: segment.segment.id(at: offset))
      }
    }
  }

  private func countShared(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery
  ) {
    counts.update(repeating: 0, count: window.range.count)
    for index in query.terms.indices {
      if let blockCodes = window.blockCodes(of: index) {
        for position in 0..<window.range.count
        where BlockCodes.code(at: position, in: blockCodes) != 0 { counts[position] &+= 1 }
      } else {
        let offsets = window.offsets(of: index)
        for posting in 0..<window.count(of: index) {
          counts[Int(offsets[posting]) &- window.range.lowerBound] &+= 1
        }
      }
    }
  }

  @inline(__always)
  private func add(_ product: Double, at position: Int) {
    sums[position] += product
    touched[position &>> 6] |= 1 &<< UInt64(position & 63)
  }
}

internal import CKernels

/// Scores every point of a window that shares a dimension with the query: term at a time into
/// Float64 accumulators, dimensions ascending, so the sums are the scores' own. For exact codes.
///
/// Posting lists in block codes are added up 64 points at a time, terms that follow each other
/// together.
struct ExhaustiveScan: ~Copyable {
  private let sums: UnsafeMutablePointer<Double>
  /// Which points share a dimension.
  private let touched: UnsafeMutablePointer<UInt64>
  /// How many dimensions each point shares; only where scores are shrunk by it.
  private let counts: UnsafeMutablePointer<UInt32>
  /// Those in lists of block codes, of which some are counted at a time; and what that wants: for each list
  /// a table that says 1 of each code, and room for the greatest count of each block.
  private let partCounts: UnsafeMutablePointer<UInt16>
  private let countTables: UnsafeMutablePointer<UInt8>
  private let blockMaxima: UnsafeMutablePointer<UInt16>
  /// Where the block codes of terms that follow each other begin.
  private let starts: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  private let capacity: Int
  private let lengths: VectorLengths

  /// Counts of so many lists of block codes fit 16 bits.
  private static let maxCountedListCount = 1024

  /// - Returns: nil once the read is over.
  init?(_ query: borrowing SparseQuery, capacity: Int, for context: ReadContext) {
    self.capacity = capacity
    guard let lengths = VectorLengths(query, for: context) else { return nil }
    self.lengths = lengths
    let blockCount = PostingsFormat.blockCount(pointCount: capacity)
    let arena = query.arena
    sums = arena.allocate(count: blockCount * PostingsFormat.blockPointCount)
    touched = arena.allocate(count: blockCount)
    starts = arena.allocate(count: query.terms.count)
    let counted = query.shrinkage > 0
    counts = arena.allocate(count: counted ? capacity : 0)
    partCounts = arena.allocate(count: counted ? blockCount * PostingsFormat.blockPointCount : 0)
    blockMaxima = arena.allocate(count: counted ? blockCount : 0)
    let tableCount = counted ? min(query.terms.count, Self.maxCountedListCount) : 0
    countTables = arena.allocate(count: tableCount * 32)
    countTables.initialize(repeating: 0, count: tableCount * 32)
    for table in 0..<tableCount {
      (countTables + table * 32 + 1).update(
        repeating: 1, count: PostingsFormat.maxBlockCodeCount)
    }
  }

  func scan(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery, allowed: PointMask?,
    segment: (index: Int, segment: Segment), into topK: inout TopK
  ) {
    let base = window.range.lowerBound
    let count = window.range.count
    precondition(count <= capacity)
    let blockCount = PostingsFormat.blockCount(pointCount: count)
    sums.initialize(repeating: 0, count: blockCount * PostingsFormat.blockPointCount)
    touched.initialize(repeating: 0, count: blockCount)
    if query.shrinkage > 0 { countShared(window, of: query) }
    var term = 0
    while term < query.terms.count {
      let first = term
      while term < query.terms.count, let blockCodes = window.blockCodes(of: term) {
        starts[term] = blockCodes.assumingMemoryBound(to: UInt8.self)
        term += 1
      }
      if term > first {
        sparse_add_products(
          sums, touched, blockCount, starts + first, term - first,
          query.products - 1 + first * SparseQuery.blockCodeStride)
        continue
      }
      let products = query.products + term * query.codeStride
      let offsets = window.offsets(of: term)
      let codes = window.codes(of: term)
      for posting in 0..<window.count(of: term) {
        add(products[Int(codes[posting])], at: Int(offsets[posting]) &- base)
      }
      term += 1
    }
    // Points of the last block beyond the window do not count.
    let beyond = blockCount * PostingsFormat.blockPointCount - count
    if beyond > 0 { touched[blockCount - 1] &= UInt64.max >> UInt64(beyond) }
    for wordIndex in 0..<blockCount {
      var word = touched[wordIndex]
      if let allowed { word &= allowed.words[base >> 6 &+ wordIndex] }
      if word != 0, let bar = topK.leastUseful, VectorLengths.canCompare(with: bar) {
        word = lengths.reaching(
          bar, times: query.norm, sums + wordIndex << 6, from: base + wordIndex << 6, among: word)
      }
      while word != 0 {
        let position = wordIndex << 6 &+ word.trailingZeroBitCount
        word &= word &- 1
        let offset = base &+ position
        topK.insert(
          score: query.score(
            sum: sums[position], sharedCount: query.shrinkage > 0 ? Int(counts[position]) : 0,
            length: lengths[offset]),
          segment: segment.index, offset: offset,
          id: segment.segment.id(at: offset))
      }
    }
  }

  private func countShared(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery
  ) {
    let pointCount = window.range.count
    let blockCount = PostingsFormat.blockCount(pointCount: pointCount)
    counts.update(repeating: 0, count: pointCount)
    var term = 0
    while term < query.terms.count {
      // As many lists as there are tables for are counted together.
      var listCount = 0
      while term < query.terms.count, listCount < Self.maxCountedListCount {
        if let blockCodes = window.blockCodes(of: term) {
          starts[listCount] = blockCodes.assumingMemoryBound(to: UInt8.self)
          listCount += 1
        } else {
          let offsets = window.offsets(of: term)
          for posting in 0..<window.count(of: term) {
            counts[Int(offsets[posting]) &- window.range.lowerBound] &+= 1
          }
        }
        term += 1
      }
      partCounts.update(repeating: 0, count: blockCount * PostingsFormat.blockPointCount)
      sparse_accumulate_nibbles(
        partCounts, blockCount, starts, listCount, countTables, nil, blockMaxima)
      for position in 0..<pointCount { counts[position] &+= UInt32(partCounts[position]) }
    }
  }

  @inline(__always)
  private func add(_ product: Double, at position: Int) {
    sums[position] += product
    touched[position &>> 6] |= 1 &<< UInt64(position & 63)
  }
}

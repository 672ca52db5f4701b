internal import CKernels

/// Finds the few points of a window that could enter the top k without scoring the others: every
/// point gets an upper bound of its score, as a 16-bit number of steps, summed over the query's
/// terms. Block codes are summed 64 points at a time by byte shuffles (the idea of PQ fast scan:
/// F. André et al., "Cache locality is not enough", VLDB 2015), gap lists posting by posting.
/// Bounds hold for negative weights on either side, because the steps count from the least product.
/// Only points whose bound reaches the k-th best score are scored exactly.
///
/// Once that score is high, long gap lists are **deferred**: every point is taken to have their
/// greatest product, and only those that still reach the score are looked up in them (after MaxScore:
/// H. Turtle, J. Flood, "Query evaluation: strategies and optimizations", 1995).
struct BoundScan: ~Copyable {
  private let tables: BoundTables
  /// How many of the terms of gap lists are deferred.
  private var deferredCount = 0
  private let blockStarts: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  private let accumulators: UnsafeMutablePointer<UInt16>
  private let blockMaxima: UnsafeMutablePointer<UInt16>
  /// Points of the window that are about to be scored, side by side.
  private let chosen: UnsafeMutablePointer<UInt32>
  private let sums: UnsafeMutablePointer<Double>
  /// Not 0 where a point shares a dimension.
  private let marks: UnsafeMutablePointer<UInt8>

  /// Coarser and faster bounds, once a k-th score is known.
  private var byteBounds: ByteBounds

  private static let blockPointCount = PostingsFormat.blockPointCount
  private static let chosenCapacity = Int(SPARSE_POINTS_AT_ONCE)

  init(_ query: borrowing SparseQuery, capacity: Int) {
    let arena = query.arena
    tables = BoundTables(query)
    let blockCount = max(1, PostingsFormat.blockCount(pointCount: capacity))
    blockStarts = arena.allocate(count: tables.blockTerms.count)
    accumulators = arena.allocate(count: blockCount * Self.blockPointCount)
    blockMaxima = arena.allocate(count: Self.groupEnd(blockCount))
    byteBounds = ByteBounds(query, tables, blockCount: blockCount)
    chosen = arena.allocate(count: Self.chosenCapacity)
    sums = arena.allocate(count: Self.chosenCapacity)
    marks = arena.allocate(count: Self.chosenCapacity)
  }

  /// Blocks are looked at as points are, so many at a time.
  private static func groupEnd(_ blockCount: Int) -> Int {
    (blockCount + blockPointCount - 1) / blockPointCount * blockPointCount
  }

  /// The terms that the next window need not decode, only look up.
  var deferred: UnsafeBufferPointer<Int> { .init(rebasing: tables.gapTerms.prefix(deferredCount)) }

  /// - Parameters:
  ///   - scorer: where points are scored from their vectors: always where codes are not exact.
  ///   - maxVectorCount: of points that are worth scoring so, beside the hits, where codes are not exact.
  /// - Returns: false when bounds cannot tell the window's hits from points that share no dimension
  ///   (the k-th best score is too low), or from too many others; nothing has been inserted then.
  mutating func scan(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery,
    scorer: borrowing VectorScorer?, maxVectorCount: Int, allowed: PointMask?,
    segment: (index: Int, segment: Segment), into topK: inout TopK
  ) -> Bool {
    let blockCount =
      (window.range.count + Self.blockPointCount - 1) / Self.blockPointCount
    if topK.isFull,
      scanBytes(
        window, of: query, allowed: allowed, blockCount: blockCount, segment: segment, into: &topK)
    {
      return true
    }
    accumulate(window, of: query, allowed: allowed, blockCount: blockCount)

    let isExact = query.sections.postings.codebook.isExact
    let maxCount = maxVectorCount + min(topK.limit, window.range.count)
    var before: TopK?
    let wasEmpty = topK.count == 0
    var firstSteps = Int.max
    if !topK.isFull {
      // A copy is made at the first hit: of none there need not be one.
      if !wasEmpty { before = topK }
      // At least as many points as are missing reach the k-th greatest bound: score those first.
      firstSteps = bootstrapSteps(blockCount: blockCount, limit: topK.limit)
      guard firstSteps > tables.stepsOfNothing,
        isExact || isFew(reaching: firstSteps, blockCount, upTo: maxCount)
      else { return false }
      score(
        reaching: firstSteps, below: Int.max, blockCount, window, of: query, scorer: scorer,
        segment: segment, into: &topK)
    }
    var needed = 0
    if let leastUseful = topK.leastUseful { needed = tables.steps(reaching: leastUseful) }
    guard needed > tables.stepsOfNothing,
      isExact || isFew(reaching: needed, blockCount, upTo: maxCount)
    else {
      if let before { topK = before }
      if wasEmpty { topK.removeAll() }
      return false
    }
    let lookedUp = score(
      reaching: needed, below: firstSteps, blockCount, window, of: query, scorer: scorer,
      segment: segment, into: &topK)
    if topK.isFull, window.range.upperBound < query.sections.postings.pointCount {
      chooseDeferred(
        reaching: tables.steps(reaching: topK.leastUseful!), inBytes: false, blockCount, window,
        of: query, lookedUp: lookedUp)
    }
    return true
  }

  /// The same by bounds of 8 bits.
  /// - Returns: false when there are none for the score to reach; nothing has been inserted then.
  private mutating func scanBytes(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery, allowed: PointMask?,
    blockCount: Int, segment: (index: Int, segment: Segment), into topK: inout TopK
  ) -> Bool {
    guard byteBounds.prepare(reaching: topK.leastUseful!, of: query, tables) else { return false }
    let start = deferred.reduce(byteBounds.start) { $0 + Int(byteBounds.gains[$1]) }
    let least = byteBounds.least(reaching: topK.leastUseful!)
    guard start < least else { return false }
    let (sums, stepTables, reaching) = (byteBounds.sums, byteBounds.tables, byteBounds.reaching)
    let (starts, listCount) = (blockStarts, tables.blockTerms.count)
    let sureCount = byteBounds.sureCount
    let pointCount = blockCount * Self.blockPointCount
    if deferredCount == tables.gapTerms.count {
      sums.initialize(repeating: Int8(clamping: start), count: pointCount)
    } else {
      addGapLists(
        window, of: query, to: UInt16(truncatingIfNeeded: start), byteBounds.increments,
        pointCount)
      sparse_narrow(accumulators, pointCount, sums)
    }
    findBlockStarts(in: window)
    withWords(of: allowed, in: window) { words in
      sparse_accumulate_bytes(
        sums, blockCount, starts, listCount, sureCount, stepTables, Int8(clamping: least), words,
        reaching)
    }
    if allowed == nil, window.range.count < pointCount {
      reaching[blockCount - 1] &= .max >> UInt64(pointCount - window.range.count)
    }
    let reachingCount = scoreBytes(
      reaching: least, blockCount, window, of: query, segment: segment, into: &topK)
    byteBounds.areUsed = reachingCount <= blockCount * Self.maxReachingCountPerBlock
    if window.range.upperBound < query.sections.postings.pointCount {
      chooseDeferred(
        reaching: byteBounds.least(reaching: topK.leastUseful!), inBytes: true, blockCount, window,
        of: query, lookedUp: reachingCount)
    }
    return true
  }

  /// Scoring more points than this takes longer than adding up finer bounds.
  private static let maxReachingCountPerBlock = 1

  /// Looking a point up in a gap list takes about as long as adding this many of its postings up.
  private static let lookUpCost = 12

  /// Decides, from the bounds of this window, which terms the next one defers.
  private mutating func chooseDeferred(
    reaching needed: Int, inBytes: Bool, _ blockCount: Int, _ window: borrowing SearchWindow,
    of query: borrowing SparseQuery, lookedUp: Int
  ) {
    func isWorth(_ term: Int, _ lookUpCount: Int) -> Bool {
      let list = query.terms[term].list
      let postingCount = list.count * window.range.count / list.pointCount
      return lookUpCount * Self.lookUpCost < postingCount
    }
    if let last = deferred.last, !isWorth(last, lookedUp) {
      deferredCount -= 1
      return
    }
    let gains = inBytes ? byteBounds.gains : tables.gains
    let nothing = inBytes ? byteBounds.start : tables.stepsOfNothing
    var least = needed
    while deferredCount < tables.gapTerms.count {
      let next = tables.gapTerms[deferredCount]
      least -= Int(gains[next])
      guard least > nothing, least <= 65_535 else { return }
      let count =
        inBytes
        ? byteBounds.sampledCount(reaching: least, blockCount)
        : sampledCount(reaching: UInt16(least), blockCount)
      guard isWorth(next, count) else { return }
      deferredCount += 1
    }
  }

  /// Whether at most `limit` bounds reach `least`.
  private func isFew(reaching least: Int, _ blockCount: Int, upTo limit: Int) -> Bool {
    guard let least = UInt16(exactly: least) else { return true }
    var count = 0
    for block in 0..<blockCount where blockMaxima[block] >= least {
      count &+=
        sparse_lanes_reaching(accumulators + block * Self.blockPointCount, least).nonzeroBitCount
      if count > limit { return false }
    }
    return true
  }

  /// About how many bounds reach `least`: by counting in one block out of four.
  private func sampledCount(reaching least: UInt16, _ blockCount: Int) -> Int {
    var count = 0
    for block in stride(from: 0, to: blockCount, by: 4) where blockMaxima[block] >= least {
      count +=
        sparse_lanes_reaching(accumulators + block * Self.blockPointCount, least).nonzeroBitCount
    }
    return count * 4
  }

  private func accumulate(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery, allowed: PointMask?,
    blockCount: Int
  ) {
    addGapLists(
      window, of: query, to: deferred.reduce(tables.initial) { $0 + tables.gains[$1] },
      tables.increments, blockCount * Self.blockPointCount)
    findBlockStarts(in: window)
    withWords(of: allowed, in: window) { words in
      sparse_accumulate_nibbles(
        accumulators, blockCount, blockStarts, tables.blockTerms.count, tables.blockSteps, words,
        blockMaxima)
    }
    if allowed == nil { forgetPoints(from: window.range.count, blockCount: blockCount) }
    (blockMaxima + blockCount).initialize(
      repeating: 0, count: Self.groupEnd(blockCount) - blockCount)
  }

  /// Sets the accumulators to what the gap lists that are not deferred add to `initial`.
  private func addGapLists(
    _ window: borrowing SearchWindow, of query: borrowing SparseQuery, to initial: UInt16,
    _ increments: UnsafeMutablePointer<UInt16>, _ pointCount: Int
  ) {
    let base = window.range.lowerBound
    accumulators.initialize(repeating: initial, count: pointCount)
    for term in tables.gapTerms.dropFirst(deferredCount) {
      let offsets = window.offsets(of: term)
      let codes = window.codes(of: term)
      let increments = increments + term * query.codeStride
      for posting in 0..<window.count(of: term) {
        accumulators[Int(offsets[posting]) &- base] &+= increments[Int(codes[posting])]
      }
    }
  }

  private func findBlockStarts(in window: borrowing SearchWindow) {
    for (position, term) in tables.blockTerms.enumerated() {
      blockStarts[position] = window.blockCodes(of: term)!.assumingMemoryBound(to: UInt8.self)
    }
  }

  /// Adds up with the window's words of the allowed points: nil when all of them are.
  private func withWords(
    of allowed: PointMask?, in window: borrowing SearchWindow,
    _ body: (UnsafePointer<UInt64>?) -> Void
  ) {
    guard let allowed else { return body(nil) }
    let firstWord = window.range.lowerBound / Self.blockPointCount
    allowed.words.withUnsafeBufferPointer { body($0.baseAddress! + firstWord) }
  }

  /// What the last block has beyond the window is nobody's.
  private func forgetPoints(from count: Int, blockCount: Int) {
    let end = blockCount * Self.blockPointCount
    guard count < end else { return }
    (accumulators + count).initialize(repeating: 0, count: end - count)
    var greatest: UInt16 = 0
    for position in end - Self.blockPointCount..<count {
      greatest = max(greatest, accumulators[position])
    }
    blockMaxima[blockCount - 1] = greatest
  }

  /// Steps that at least `limit` points reach: the `limit`-th greatest of the blocks' maxima; where too
  /// few blocks have points that may be hits, of the points themselves.
  private func bootstrapSteps(blockCount: Int, limit: Int) -> Int {
    if blockCount >= limit {
      let steps = Self.greatest(
        limit, of: UnsafeBufferPointer(start: blockMaxima, count: blockCount))
      if steps > tables.stepsOfNothing { return steps }
    }
    let pointCount = blockCount * Self.blockPointCount
    guard pointCount >= limit else { return 0 }
    return Self.greatest(limit, of: UnsafeBufferPointer(start: accumulators, count: pointCount))
  }

  /// The `rank`-th greatest number, by its high byte first, then by its low byte.
  private static func greatest(_ rank: Int, of numbers: UnsafeBufferPointer<UInt16>) -> Int {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { counts in
      func select(_ rank: Int) -> (byte: Int, above: Int) {
        var above = 0
        var byte = 255
        while byte > 0, above + Int(counts[byte]) < rank {
          above += Int(counts[byte])
          byte -= 1
        }
        return (byte, above)
      }
      counts.initialize(repeating: 0)
      for number in numbers { counts[Int(number &>> 8)] &+= 1 }
      let high = select(rank)
      counts.initialize(repeating: 0)
      for number in numbers where Int(number &>> 8) == high.byte { counts[Int(number & 255)] &+= 1 }
      return high.byte << 8 | select(rank - high.above).byte
    }
  }

  /// Scores the points whose bound lies in `reaching ..< below`, raising the bar on the way.
  /// - Returns: how many bounds reached the bar before deferred terms were looked up.
  @discardableResult
  private func score(
    reaching first: Int, below limit: Int, _ blockCount: Int, _ window: borrowing SearchWindow,
    of query: borrowing SparseQuery, scorer: borrowing VectorScorer?,
    segment: (index: Int, segment: Segment), into topK: inout TopK
  ) -> Int {
    guard first <= 65_535 else { return 0 }
    var needed = UInt16(first)
    var reachingCount = 0
    var chosenCount = 0
    let base = window.range.lowerBound
    let usesVectors = scorer != nil
    for group in stride(from: 0, to: blockCount, by: Self.blockPointCount) {
      var blocks = sparse_lanes_reaching(blockMaxima + group, needed)
      while blocks != 0 {
        let block = group &+ blocks.trailingZeroBitCount
        blocks &= blocks &- 1
        guard blockMaxima[block] >= needed else { continue }
        let start = block &* Self.blockPointCount
        var lanes = sparse_lanes_reaching(accumulators + start, needed)
        while lanes != 0 {
          let position = start &+ lanes.trailingZeroBitCount
          lanes &= lanes &- 1
          let bound = accumulators[position]
          guard bound >= needed, Int(bound) < limit else { continue }
          reachingCount &+= 1
          guard
            deferredCount == 0
              || lookUp(
                bound, at: base &+ position, in: window, of: query, reaching: needed,
                gains: tables.gains, tables.increments)
          else { continue }
          chosen[chosenCount] = UInt32(truncatingIfNeeded: position)
          chosenCount &+= 1
          if usesVectors {
            let sum = scorer!.sum(at: base &+ position)
            sums[0] = sum ?? 0
            marks[0] = sum == nil ? 0 : 1
            insertChosen(&chosenCount, base, of: query, segment: segment, into: &topK)
          } else {
            if chosenCount < Self.chosenCapacity { continue }
            scoreChosen(&chosenCount, in: window, of: query, segment: segment, into: &topK)
          }
          if topK.isFull, let leastUseful = topK.leastUseful {
            let raised = tables.steps(reaching: leastUseful)
            guard raised <= 65_535 else { return reachingCount }
            needed = max(needed, UInt16(raised))
          }
        }
      }
    }
    scoreChosen(&chosenCount, in: window, of: query, segment: segment, into: &topK)
    return reachingCount
  }

  /// The same by bounds of 8 bits, for those that reach `first`; codes are exact.
  private func scoreBytes(
    reaching first: Int, _ blockCount: Int, _ window: borrowing SearchWindow,
    of query: borrowing SparseQuery, segment: (index: Int, segment: Segment),
    into topK: inout TopK
  ) -> Int {
    // Bounds are looked up as numbers from 0 on.
    let zero = 1 << 15
    var needed = first
    var reachingCount = 0
    var chosenCount = 0
    let base = window.range.lowerBound
    for block in 0..<blockCount {
      var lanes = byteBounds.reaching[block]
      while lanes != 0 {
        let position = block &* Self.blockPointCount &+ lanes.trailingZeroBitCount
        lanes &= lanes &- 1
        let bound = Int(byteBounds.sums[position])
        guard bound >= needed else { continue }
        reachingCount &+= 1
        // How much more than full a bound is has been forgotten.
        guard
          deferredCount == 0 || bound == ByteBounds.full
            || lookUp(
              UInt16(zero &+ bound), at: base &+ position, in: window, of: query,
              reaching: UInt16(zero &+ needed), gains: byteBounds.gains, byteBounds.increments)
        else { continue }
        chosen[chosenCount] = UInt32(truncatingIfNeeded: position)
        chosenCount &+= 1
        guard chosenCount == Self.chosenCapacity else { continue }
        scoreChosen(&chosenCount, in: window, of: query, segment: segment, into: &topK)
        needed = max(needed, byteBounds.least(reaching: topK.leastUseful!))
      }
    }
    scoreChosen(&chosenCount, in: window, of: query, segment: segment, into: &topK)
    return reachingCount
  }

  /// Scores the chosen points, and takes no more of them as chosen.
  private func scoreChosen(
    _ count: inout Int, in window: borrowing SearchWindow, of query: borrowing SparseQuery,
    segment: (index: Int, segment: Segment), into topK: inout TopK
  ) {
    guard count > 0 else { return }
    sumChosen(count, in: window, of: query)
    insertChosen(&count, window.range.lowerBound, of: query, segment: segment, into: &topK)
  }

  /// The same of points whose sums are there.
  private func insertChosen(
    _ count: inout Int, _ base: Int, of query: borrowing SparseQuery,
    segment: (index: Int, segment: Segment), into topK: inout TopK
  ) {
    for index in 0..<count where marks[index] != 0 {
      let offset = base &+ Int(chosen[index])
      topK.insert(
        score: query.score(sum: sums[index], sharedCount: 0, at: offset), segment: segment.index,
        offset: offset, id: segment.segment.id(at: offset))
    }
    count = 0
  }

  /// Whether a point's bound still reaches `needed` with what deferred terms really contribute.
  private func lookUp(
    _ bound: UInt16, at offset: Int, in window: borrowing SearchWindow,
    of query: borrowing SparseQuery, reaching needed: UInt16,
    gains: UnsafeMutablePointer<UInt16>, _ increments: UnsafeMutablePointer<UInt16>
  ) -> Bool {
    var bound = bound
    for index in 0..<deferredCount {
      let term = tables.gapTerms[index]
      bound &-= gains[term]
      if let code = window.code(of: term, at: offset) {
        bound &+= increments[term &* query.codeStride &+ Int(code)]
      }
      if bound < needed { return false }
    }
    return true
  }

  /// The exact sums of products of the chosen points, dimensions ascending.
  private func sumChosen(
    _ count: Int, in window: borrowing SearchWindow, of query: borrowing SparseQuery
  ) {
    sums.initialize(repeating: 0, count: Self.chosenCapacity)
    marks.initialize(repeating: 0, count: Self.chosenCapacity)
    let base = window.range.lowerBound
    var first = 0
    var firstBlock = 0
    func sumBlocks(before term: Int) {
      guard term > first else { return }
      sparse_add_products_of_points(
        chosen, count, blockStarts + firstBlock, term - first,
        query.products - 1 + first * SparseQuery.blockCodeStride, sums, marks)
      firstBlock += term - first
    }
    for term in tables.ascendingGapTerms {
      sumBlocks(before: term)
      first = term + 1
      let products = query.products + term * query.codeStride
      for index in 0..<count {
        guard let code = window.code(of: term, at: base &+ Int(chosen[index])) else { continue }
        sums[index] += products[Int(code)]
        marks[index] = 1
      }
    }
    sumBlocks(before: query.terms.count)
  }
}

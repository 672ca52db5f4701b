/// Finds a window's best points where codes stand for intervals of weights: every point gets the sum of
/// the greatest products that its codes allow, which is at most some hundredths above its own, and only
/// those whose greatest score reaches the k-th best are scored, from their vectors, the most promising
/// first.
///
/// A greatest sum is added up as a sum is, in Float64 and in the order of the dimensions, from products
/// none of which is less: rounding keeps that order, so it is not less either.
struct IntervalScan: ~Copyable {
  private let cursors: UnsafeMutablePointer<PostingCursor>
  /// The greatest sums; `nothing` of points that share no dimension.
  private let sums: UnsafeMutablePointer<Double>
  /// How many dimensions each point shares; only where scores are shrunk by it.
  private let counts: UnsafeMutablePointer<UInt32>
  /// The postings of one list in the window.
  private let offsets: UnsafeMutablePointer<UInt32>
  private let codes: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private let context: ReadContext
  private let lengths: VectorLengths

  /// No sum of products is this: they begin with 0, and none is -0.
  private static let nothing = -0.0
  /// Stands in place of the sums of points that have been scored.
  private static let done = -Double.infinity

  /// - Returns: nil once the read is over.
  init?(_ query: borrowing SparseQuery, capacity: Int, for context: ReadContext) {
    self.capacity = capacity
    self.context = context
    guard let lengths = VectorLengths(query, for: context) else { return nil }
    self.lengths = lengths
    let pointCount = PostingsFormat.blockCount(pointCount: capacity) * Self.blockPointCount
    let arena = query.arena
    sums = arena.allocate(count: pointCount)
    counts = arena.allocate(count: query.shrinkage > 0 ? pointCount : 0)
    offsets = arena.allocate(count: capacity)
    codes = arena.allocate(count: capacity)
    cursors = arena.allocate(count: query.terms.count)
    for (index, term) in query.terms.enumerated() {
      (cursors + index).initialize(to: PostingCursor(term.list))
    }
  }

  private static let blockPointCount = PostingsFormat.blockPointCount

  /// Points are put in order where one in this many may be a hit, or fewer.
  private static let promisingShare = 4
  // Nanoseconds, about: of adding a posting up, of looking at a point's sum; and of scoring a point from
  // its vector, and from each of its weights.
  private static let postingCost = 2
  private static let sumCost = 2
  private static let vectorCost = 150
  private static let weightCost = 3

  /// How many points of a window are scored from their vectors in the time that this scan takes before it
  /// scores any.
  static func worthwhileCount(_ query: borrowing SparseQuery, windowPointCount: Int) -> Int {
    let sections = query.sections
    let share = Double(windowPointCount) / Double(max(1, sections.postings.pointCount))
    let postingCount = Int(Double(query.postingCount) * min(1, share))
    let meanCount = sections.postings.postingCount / max(1, sections.vectors.vectorCount)
    return (postingCount * postingCost + windowPointCount * sumCost)
      / (vectorCost + meanCount * weightCost)
  }

  /// Windows are visited in ascending order.
  func scan(
    _ window: Range<Int>, of query: borrowing SparseQuery, scorer: borrowing VectorScorer?,
    allowed: PointMask?, segment: (index: Int, segment: Segment), into topK: inout TopK
  ) {
    precondition(window.count <= capacity)
    guard addUp(window, of: query) else { return }
    if query.shrinkage > 0 { shrink(window.count, by: query.shrinkage) }
    let base = window.lowerBound
    let blockCount = PostingsFormat.blockCount(pointCount: window.count)
    func candidates(_ block: Int) -> UInt64 {
      let points = allowed.map { $0.words[window.lowerBound >> 6 &+ block] } ?? .max
      let beyond = (block + 1) * Self.blockPointCount - window.count
      return beyond > 0 ? points & .max &>> UInt64(beyond) : points
    }
    if topK.limit <= window.count / Self.promisingShare {
      var promising = TopK(limit: topK.limit)
      for block in 0..<blockCount {
        let (bar, least) = (topK.leastUseful, promising.leastUseful)
        var points = candidates(block)
        if VectorLengths.canCompare(with: least) {
          points = reaching(least, times: 1, block, among: points, base: base)
        }
        if VectorLengths.canCompare(with: bar) || !VectorLengths.canCompare(with: least) {
          points = reaching(bar, times: query.norm, block, among: points, base: base)
        }
        while points != 0 {
          let position = block &* Self.blockPointCount &+ points.trailingZeroBitCount
          points &= points &- 1
          let offset = base &+ position
          promising.insert(
            score: promise(sums[position], at: offset, of: query), segment: 0, offset: offset,
            id: .integer(0))
        }
      }
      let isAll = !promising.isFull
      for hit in promising.finish() {
        insert(hit.offset, of: query, scorer, segment, &topK)
        sums[hit.offset &- base] = Self.done
      }
      if isAll { return }
    }
    // The bar rises on the way.
    for block in 0..<blockCount {
      var points = reaching(
        topK.leastUseful, times: query.norm, block, among: candidates(block), base: base)
      while points != 0 {
        let position = block &* Self.blockPointCount &+ points.trailingZeroBitCount
        points &= points &- 1
        if sums[position] == Self.done { continue }
        insert(base &+ position, of: query, scorer, segment, &topK)
      }
    }
  }

  /// - Returns: false once the read is over.
  private func addUp(_ window: Range<Int>, of query: borrowing SparseQuery) -> Bool {
    let base = window.lowerBound
    let (sums, counts, offsets, codes) = (sums, counts, offsets, codes)
    sums.initialize(repeating: Self.nothing, count: window.count)
    let countsShared = query.shrinkage > 0
    if countsShared { counts.initialize(repeating: 0, count: window.count) }
    var meter = WorkMeter(context)
    for index in query.terms.indices {
      let list = query.terms[index].list
      let products = query.products + index * query.codeStride
      cursors[index].skip(to: base)
      let count = cursors[index].decode(
        below: window.upperBound, capacity: min(capacity, list.count), offsets: offsets,
        codes: codes)
      for posting in 0..<count {
        sums[Int(offsets[posting]) &- base] += products[Int(codes[posting])]
      }
      if countsShared {
        for posting in 0..<count { counts[Int(offsets[posting]) &- base] &+= 1 }
      }
      if meter.isOver(after: count) { return false }
    }
    return true
  }

  /// Multiplies each sum by n / (n + `shrinkage`), n being the dimensions that its point shares: a sum
  /// of `nothing` stays what it is.
  private func shrink(_ pointCount: Int, by shrinkage: Double) {
    for position in 0..<pointCount {
      let count = Double(counts[position])
      sums[position] *= count / (count + shrinkage)
    }
  }

  /// Those of a block's points whose greatest sum may reach a bar times `factor` and their length; all that
  /// share a dimension where there is no bar.
  private func reaching(
    _ bar: Float?, times factor: Double, _ block: Int, among points: UInt64, base: Int
  ) -> UInt64 {
    if points == 0 { return 0 }
    let sums = sums + block * Self.blockPointCount
    guard let bar, VectorLengths.canCompare(with: bar) else {
      var shared: UInt64 = 0
      var rest = points
      while rest != 0 {
        let lane = rest.trailingZeroBitCount
        rest &= rest &- 1
        if sums[lane].bitPattern != Self.nothing.bitPattern { shared |= 1 &<< UInt64(lane) }
      }
      return shared
    }
    return lengths.reaching(
      bar, times: factor, sums, from: base + block * Self.blockPointCount, among: points)
  }

  /// The number by which points are ordered: their greatest scores, but for a factor.
  @inline(__always)
  private func promise(_ sum: Double, at offset: Int, of query: borrowing SparseQuery) -> Float {
    let length = lengths[offset]
    return Float(saturating: query.similarity == .cosine ? (length > 0 ? sum / length : 0) : sum)
  }

  @inline(__always)
  private func insert(
    _ offset: Int, of query: borrowing SparseQuery, _ scorer: borrowing VectorScorer?,
    _ segment: (index: Int, segment: Segment), _ topK: inout TopK
  ) {
    guard let products = scorer!.products(at: offset) else { return }
    topK.insert(
      score: query.score(
        sum: products.sum, sharedCount: products.count, length: lengths[offset]),
      segment: segment.index, offset: offset, id: segment.segment.id(at: offset))
  }
}

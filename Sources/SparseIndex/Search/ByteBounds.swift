internal import CKernels

/// Upper bounds of scores in 8 bits, coarser than those of `BoundTables` and added up twice as fast: for when a
/// score is known that hits must reach, and it is positive.
///
/// The steps are signed: of what a point lacks there are none, and a product's are rounded up. A bound counts
/// from `start`, and reaches the score at `least`. There are 188 steps from the one to the other, or fewer
/// where a single product would have too many. Bounds that would leave the 8 bits stay at their ends: below,
/// that makes them greater than they need be; at `full` they stay whatever follows.
///
/// All of it lies in the query's arena.
struct ByteBounds: ~Copyable {
  /// For each term with block codes, the steps of each block code.
  let tables: UnsafeMutablePointer<Int8>
  /// For each gap list and code, the steps of its product, as two's complements.
  let increments: UnsafeMutablePointer<UInt16>
  /// For each gap list, the greatest of its increments.
  let gains: UnsafeMutablePointer<UInt16>
  /// The bounds of a window's points.
  let sums: UnsafeMutablePointer<Int8>
  /// A word for each block: whose bounds reach `least`.
  let reaching: UnsafeMutablePointer<UInt64>
  /// The bound of a point that shares no dimension.
  private(set) var start = 0
  /// So many of the terms with block codes, the first ones, bring no bound to `full`, whatever gap lists
  /// have added.
  private(set) var sureCount = 0
  private var step = 0.0
  private let greatestProduct: Double
  /// Whether they are used: not where they would be too coarse, or there is nothing to gain.
  var areUsed: Bool

  /// The bound of whoever may have more.
  static let full = 127
  /// Where bounds reach the score that the tables were made for, and how many steps below they start at most.
  private static let bar = 76
  private static let stepCount = 188.0
  private static let maxProductStepCount = 120.0
  /// Sparse terms are added up in 16 bits first.
  private static let maxSparseTermCount = 250
  /// Beside this part of a step, sums and steps in Float64 are exact.
  private static let slack = 1e-3

  /// - Parameter blockCount: of a window; there are several windows.
  init(_ query: borrowing SparseQuery, _ bounds: borrowing BoundTables, blockCount: Int) {
    areUsed =
      query.sections.postings.codebook.isExact && !bounds.blockTerms.isEmpty
      && bounds.gapTerms.count <= Self.maxSparseTermCount
      && query.sections.postings.pointCount > blockCount * PostingsFormat.blockPointCount
    let terms = UnsafeBufferPointer(rebasing: areUsed ? query.terms[...] : query.terms[..<0])
    let blockTermCount = areUsed ? bounds.blockTerms.count : 0
    let blockCount = areUsed ? blockCount : 0
    var greatestProduct = 0.0
    for (index, term) in terms.enumerated() {
      let products = query.products + index * query.codeStride
      greatestProduct = max(
        greatestProduct, products[Int(term.list.leastCode)], products[Int(term.list.greatestCode)])
    }
    self.greatestProduct = greatestProduct
    let arena = query.arena
    gains = arena.allocate(count: terms.count)
    gains.initialize(repeating: 0, count: terms.count)
    tables = arena.allocate(count: blockTermCount * 16)
    tables.initialize(repeating: 0, count: blockTermCount * 16)
    increments = arena.allocate(count: terms.count * query.codeStride)
    increments.initialize(repeating: 0, count: terms.count * query.codeStride)
    sums = arena.allocate(count: blockCount * PostingsFormat.blockPointCount)
    reaching = arena.allocate(count: blockCount)
  }

  /// Makes the tables for bounds that tell who reaches a score.
  /// - Returns: false where the score is not positive, or they are not used.
  mutating func prepare(
    reaching score: Float, of query: borrowing SparseQuery, _ bounds: borrowing BoundTables
  ) -> Bool {
    // What lies half a unit in the last place below the score still rounds to it.
    let sum = Double(score.nextDown)
    guard areUsed, sum > 0 else { return false }
    let step = max(sum / Self.stepCount, greatestProduct / Self.maxProductStepCount)
    // Scores that have grown by a fifth are still below `full`.
    if self.step > 0, step < self.step * 1.2 { return true }
    self.step = step
    start = Self.bar - Int(max(0, sum / step - Self.slack))
    let stepsPerUnit = 1 / step
    func steps(_ product: Double) -> Int8 {
      Int8(clamping: Int(max(-128, (product * stepsPerUnit).rounded(.up))))
    }
    let stride = query.codeStride
    for index in bounds.gapTerms {
      let list = query.terms[index].list
      var gain = 0
      for code in Int(list.leastCode)...Int(list.greatestCode) {
        let increment = steps(query.products[index * stride + code])
        increments[index * stride + code] = UInt16(bitPattern: Int16(increment))
        gain = max(gain, Int(increment))
      }
      gains[index] = UInt16(gain)
    }
    var greatestBound = bounds.gapTerms.reduce(start) { $0 + Int(gains[$1]) }
    sureCount = 0
    for (position, index) in bounds.blockTerms.enumerated() {
      let list = query.terms[index].list
      var gain: Int8 = 0
      for blockCode in 1...PostingsFormat.maxBlockCodeCount {
        guard let codes = list.codes(of: blockCode) else { continue }
        // Codes are exact: each block code stands for one.
        let increment = steps(query.products[index * stride + codes.lowerBound])
        tables[position * 16 + blockCode] = increment
        gain = max(gain, increment)
      }
      greatestBound += Int(gain)
      if greatestBound < Self.full { sureCount += 1 }
    }
    return true
  }

  /// The bound of a point with at least this score, which is not less than the one that the tables were made
  /// for; below `full`.
  func least(reaching score: Float) -> Int {
    let steps = Double(score.nextDown) / step - Self.slack
    return start + Int(max(0, min(steps, Double(Self.full - 1 - start))))
  }

  /// About how many bounds reach `least`: by counting in one block out of four.
  func sampledCount(reaching least: Int, _ blockCount: Int) -> Int {
    let blockPointCount = PostingsFormat.blockPointCount
    let low = Int8(clamping: least)
    var count = 0
    for block in stride(from: 0, to: blockCount, by: 4) {
      var lanes: UInt64 = 0
      // From `least` to 127: unsigned, the distance to `least`.
      sparse_mask_range_u8(
        sums + block * blockPointCount, blockPointCount, UInt8(bitPattern: low),
        UInt8(127 - Int(low)), &lanes)
      count += lanes.nonzeroBitCount
    }
    return count * 4
  }
}

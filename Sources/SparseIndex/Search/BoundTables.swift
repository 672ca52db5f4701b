/// The steps that each term of a query adds to a point's bound, in whole steps of equal size. Steps
/// count from the term's least product and are rounded up, so that they only add and never say too
/// little.
///
/// All of it lies in the query's arena.
struct BoundTables: ~Copyable {
  /// Terms with block codes, and for each of them 16 low and 16 high bytes of the steps of each block
  /// code.
  let blockTerms: UnsafeBufferPointer<Int>
  let blockSteps: UnsafeMutablePointer<UInt8>
  /// Terms of lists of the kind `gaps` (gap lists), those first that save most by being deferred.
  let gapTerms: UnsafeBufferPointer<Int>
  /// The same in the order of the query.
  let ascendingGapTerms: UnsafeBufferPointer<Int>
  /// For each gap list and code, the steps of its product, less those of a missing dimension (modulo
  /// 2¹⁶: sums never leave the 16 bits).
  let increments: UnsafeMutablePointer<UInt16>
  /// For each gap list, the greatest of its increments.
  let gains: UnsafeMutablePointer<UInt16>
  /// The value that bounds start with: 1, so that 0 can mean "not allowed", and the steps of all
  /// gap lists' missing dimensions.
  let initial: UInt16
  /// The bound of a point that shares no dimension.
  let stepsOfNothing: Int
  private let step: Double
  private let leastSum: Double

  init(_ query: borrowing SparseQuery) {
    let (terms, codeStride, arena) = (query.terms, query.codeStride, query.arena)
    let least = arena.allocate(Double.self, count: terms.count)
    var leastSum = 0.0
    var span = 0.0
    for index in terms.indices {
      // Products ascend, or descend, with the codes.
      let products = query.products + index * codeStride
      let first = products[Int(terms[index].list.leastCode)]
      let last = products[Int(terms[index].list.greatestCode)]
      least[index] = min(0, first, last)
      leastSum += least[index]
      span += max(0, first, last) - least[index]
    }
    self.leastSum = leastSum
    step = span > 0 ? span / Double(65_000 - terms.count) : 1
    let stepsPerUnit = 1 / step
    // Rounded up; a whole number becomes the next one, for which the step leaves room.
    func steps(_ sum: Double) -> Int { Int(sum * stepsPerUnit) + 1 }

    increments = arena.allocate(count: terms.count * codeStride)
    gains = arena.allocate(count: terms.count)
    let blockTerms = arena.allocate(Int.self, count: terms.count)
    let gapTerms = arena.allocate(Int.self, count: terms.count)
    blockSteps = arena.allocate(count: terms.count * 32)
    var blockTermCount = 0
    var gapTermCount = 0
    var nothing = 1
    var initial = 1
    for index in terms.indices {
      let missing = steps(-least[index])
      nothing += missing
      let list = terms[index].list
      let products = query.products + index * codeStride
      if list.hasBlockCodes {
        let table = blockSteps + blockTermCount * 32
        table.initialize(repeating: 0, count: 32)
        func set(_ blockCode: Int, _ product: Double) {
          let blockSteps = steps(product - least[index])
          table[blockCode] = UInt8(truncatingIfNeeded: blockSteps)
          table[16 + blockCode] = UInt8(truncatingIfNeeded: blockSteps >> 8)
        }
        set(0, 0)
        if list.kind == .grouped {
          for blockCode in 1...PostingsFormat.maxBlockCodeCount {
            guard let codes = list.codes(of: blockCode) else { continue }
            // The products of a group's codes are greatest at one of its ends.
            set(blockCode, max(products[codes.lowerBound], products[codes.upperBound]))
          }
        } else {
          // Damaged lists may name codes that no block code stands for.
          for code in Int(list.leastCode)...Int(list.greatestCode)
          where code < PostingsFormat.maxBlockCodeCount { set(1 + code, products[code]) }
        }
        blockTerms[blockTermCount] = index
        blockTermCount += 1
      } else {
        initial += missing
        let increments = self.increments + index * codeStride
        increments.initialize(repeating: 0, count: codeStride)
        var gain = 0
        for code in Int(list.leastCode)...Int(list.greatestCode) {
          let increment = steps(products[code] - least[index]) - missing
          increments[code] = UInt16(truncatingIfNeeded: increment)
          gain = max(gain, increment)
        }
        gains[index] = UInt16(clamping: gain)
        gapTerms[gapTermCount] = index
        gapTermCount += 1
      }
    }
    stepsOfNothing = nothing
    self.initial = UInt16(initial)
    self.blockTerms = UnsafeBufferPointer(start: blockTerms, count: blockTermCount)
    ascendingGapTerms = UnsafeBufferPointer(start: gapTerms, count: gapTermCount)
    var sorted = UnsafeMutableBufferPointer(
      start: arena.allocate(Int.self, count: gapTermCount), count: gapTermCount)
    for position in sorted.indices { sorted[position] = gapTerms[position] }
    let gains = self.gains
    sorted.sort { terms[$0].list.count * Int(gains[$1]) > terms[$1].list.count * Int(gains[$0]) }
    self.gapTerms = UnsafeBufferPointer(sorted)
  }

  /// The steps that the bound of a point with at least this score reaches.
  func steps(reaching score: Float) -> Int {
    // A sum half a unit in the last place below the score still rounds to it. Bounds count from
    // 1, and that one step covers the rounding of this computation.
    let sum = Double(score.nextDown)
    let steps = (sum - leastSum) / step
    return steps < 2 ? 1 : steps > 65_535 ? 65_536 : Int(steps)
  }
}

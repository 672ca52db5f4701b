/// The steps that each term of a query adds to a point's bound, in whole steps of equal size. Steps
/// count from the term's least product and are rounded up, so that they only add and never say too
/// little.
struct BoundTables: ~Copyable {
  /// Terms with block codes, and for each of them 16 low and 16 high bytes of the steps of each block
  /// code.
  let blockTerms: [Int]
  let blockSteps: UnsafeMutablePointer<UInt8>
  /// Terms of sparse lists, those first that save most by being deferred.
  let gapTerms: [Int]
  /// For each sparse term and code, the steps of its product, less those of a missing dimension (modulo
  /// 2¹⁶: sums never leave the 16 bits).
  let increments: UnsafeMutablePointer<UInt16>
  /// For each sparse term, the greatest of its increments.
  let gains: [UInt16]
  /// The value that bounds start with: 1, so that 0 can mean "not allowed", and the steps of all
  /// sparse terms' missing dimensions.
  let initial: UInt16
  /// The bound of a point that shares no dimension.
  let stepsOfNothing: Int
  private let step: Double
  private let leastSum: Double

  init(_ query: borrowing SparseQuery) {
    let terms = query.terms
    let codeStride = query.codeStride
    var least = [Double](repeating: 0, count: terms.count)
    var span = 0.0
    for (index, term) in terms.enumerated() {
      // Products ascend, or descend, with the codes.
      let products = query.products + index * codeStride
      let first = products[Int(term.list.leastCode)]
      let last = products[Int(term.list.greatestCode)]
      least[index] = min(0, first, last)
      span += max(0, first, last) - least[index]
    }
    leastSum = least.reduce(0, +)
    step = span > 0 ? span / Double(65_000 - terms.count) : 1
    let stepsPerUnit = 1 / step
    // Rounded up; a whole number becomes the next one, for which the step leaves room.
    func steps(_ sum: Double) -> Int { Int(sum * stepsPerUnit) + 1 }

    increments = .allocate(capacity: max(1, terms.count * codeStride))
    increments.initialize(repeating: 0, count: terms.count * codeStride)
    var gains = [UInt16](repeating: 0, count: terms.count)
    var nothing = 1
    var initial = 1
    for (index, term) in terms.enumerated() {
      let missing = steps(-least[index])
      nothing += missing
      if term.list.hasBlockCodes { continue }
      initial += missing
      for code in Int(term.list.leastCode)...Int(term.list.greatestCode) {
        let product = query.products[index * codeStride + code]
        let increment = steps(product - least[index]) - missing
        increments[index * codeStride + code] = UInt16(truncatingIfNeeded: increment)
        gains[index] = max(gains[index], UInt16(max(0, increment)))
      }
    }
    stepsOfNothing = nothing
    self.initial = UInt16(initial)
    self.gains = gains
    gapTerms = terms.indices.filter { !terms[$0].list.hasBlockCodes }
      .sorted { terms[$0].list.count * Int(gains[$1]) > terms[$1].list.count * Int(gains[$0]) }

    blockTerms = terms.indices.filter { terms[$0].list.hasBlockCodes }
    blockSteps = .allocate(capacity: max(1, blockTerms.count * 32))
    blockSteps.initialize(repeating: 0, count: max(1, blockTerms.count * 32))
    for (position, index) in blockTerms.enumerated() {
      let products = query.products + index * codeStride
      let table = blockSteps + position * 32
      func set(_ blockCode: Int, _ product: Double) {
        let blockSteps = steps(product - least[index])
        table[blockCode] = UInt8(truncatingIfNeeded: blockSteps)
        table[16 + blockCode] = UInt8(truncatingIfNeeded: blockSteps >> 8)
      }
      set(0, 0)
      for blockCode in 1...PostingsFormat.maxBlockCodeCount {
        guard let codes = terms[index].list.codes(of: blockCode) else { continue }
        // The products of a group's codes are greatest at one of its ends.
        set(blockCode, max(products[codes.lowerBound], products[codes.upperBound]))
      }
    }
  }

  deinit {
    increments.deallocate()
    blockSteps.deallocate()
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

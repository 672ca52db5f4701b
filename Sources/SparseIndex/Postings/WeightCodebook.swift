/// The weights that a segment's posting lists' codes stand for. Code order is weight order.
///
/// With up to 255 distinct weights (MovieLens has five) a code stands for one weight, **exactly**.
/// With more, a code stands for an interval on a grid of floating-point numbers: the leading bits of
/// the weight. The grid does not depend on the data, so codes of different segments can be merged
/// without looking at the weights, which stand in the vectors. Intervals give upper bounds for
/// search; the scores themselves always come from exact weights.
package struct WeightCodebook: Equatable, Sendable {
  package let isExact: Bool
  /// The least and the greatest weight of each code, ascending; equal when `isExact`.
  package let lower: [Float]
  package let upper: [Float]

  package static let maxCodeCount = 255

  package var codeCount: Int { lower.count }

  /// Bits to tell the codes apart, 1 to 8.
  package var codeBitCount: Int {
    codeCount <= 2 ? 1 : Int.bitWidth - (codeCount - 1).leadingZeroBitCount
  }

  package init(isExact: Bool, lower: [Float], upper: [Float]) {
    precondition(lower.count == upper.count && lower.count <= Self.maxCodeCount)
    self.isExact = isExact
    self.lower = lower
    self.upper = upper
  }

  /// Exact codes for `weights`, or a grid from their least to their greatest.
  package init(covering weights: Set<UInt32>, least: Float, greatest: Float) {
    if weights.count <= Self.maxCodeCount {
      let values = weights.map { Float(bitPattern: $0) }.sorted { Self.precedes($0, $1) }
      self.init(isExact: true, lower: values, upper: values)
    } else {
      self.init(gridFrom: least, through: greatest)
    }
  }

  /// Whether these are codes as they are made, and all of the weights have one.
  func covers(_ vectors: [SparseVector?]) -> Bool {
    guard let least = lower.first, let greatest = upper.last, least <= greatest,
      isExact || WeightCodebook(gridFrom: least, through: greatest) == self
    else { return vectors.allSatisfy { $0?.weights.isEmpty ?? true } }
    return vectors.allSatisfy { $0?.weights.allSatisfy { least...greatest ~= $0 } ?? true }
  }

  /// Codes that can stand for everything that those of `codebooks` stand for.
  package init(merging codebooks: [WeightCodebook]) {
    var weights = Set<UInt32>()
    var exact = true
    for codebook in codebooks {
      exact = exact && codebook.isExact
      if codebook.isExact { weights.formUnion(codebook.lower.map(\.bitPattern)) }
    }
    if exact, weights.count <= Self.maxCodeCount {
      let values = weights.map { Float(bitPattern: $0) }.sorted { Self.precedes($0, $1) }
      self.init(isExact: true, lower: values, upper: values)
    } else {
      self.init(
        gridFrom: codebooks.compactMap(\.lower.first).min() ?? 0,
        through: codebooks.compactMap(\.upper.last).max() ?? 0)
    }
  }

  /// A grid of intervals: 32 an octave below the greatest magnitude when all weights have one sign,
  /// else 16 an octave for each sign. What lies nearer to zero than the grid reaches shares a code.
  private init(gridFrom least: Float, through greatest: Float) {
    let twoSigned = least < 0 && greatest > 0
    let droppedBitCount = twoSigned ? 19 : 18
    let sideCount = twoSigned ? 127 : 255
    var lower: [Float] = []
    var upper: [Float] = []
    func side(upTo magnitude: Float) -> [(inner: Float, outer: Float)] {
      let last = magnitude.bitPattern >> UInt32(droppedBitCount)
      let first = last >= UInt32(sideCount - 1) ? last - UInt32(sideCount - 1) : 0
      return (first...last).map { step in
        let inner = step == first ? 0 : Float(bitPattern: step << UInt32(droppedBitCount))
        let outer = Float(bitPattern: (step + 1) << UInt32(droppedBitCount) - 1)
        return (inner, outer.isFinite ? outer : .greatestFiniteMagnitude)
      }
    }
    if least < 0 {
      for interval in side(upTo: -least).reversed() {
        lower.append(-interval.outer)
        upper.append(-interval.inner)
      }
    }
    if greatest > 0 || least >= 0 {
      for interval in side(upTo: max(greatest, 0)) {
        lower.append(interval.inner)
        upper.append(interval.outer)
      }
    }
    self.init(isExact: false, lower: lower, upper: upper)
  }

  /// For a grid: which leading bits its intervals share, and for each sign the code of the interval
  /// nearest to zero and the bits of that interval's magnitudes; nil for exact codes.
  fileprivate var grid: Grid? {
    guard !isExact, let least = lower.first, let greatest = upper.last else { return nil }
    let firstPositive = lower.firstIndex { $0 >= 0 } ?? codeCount
    return Grid(
      droppedBitCount: least < 0 && greatest > 0 ? 19 : 18, firstPositive: firstPositive,
      codeCount: codeCount, least: least, greatest: greatest)
  }

  /// The code of a weight that the codebook covers.
  package func code(of weight: Float) -> UInt8 {
    let code = lowerBound(in: 0..<max(0, codeCount - 1)) {
      isExact ? Self.precedes(upper[$0], weight) : upper[$0] < weight
    }
    return UInt8(code)
  }

  /// For each code of `other`, the code here that stands for all of its weights.
  package func translation(of other: WeightCodebook) -> [UInt8] {
    // A grid's intervals lie inside those of a coarser one; the end away from zero tells which.
    (0..<other.codeCount).map { code(of: other.upper[$0] > 0 ? other.upper[$0] : other.lower[$0]) }
  }

  /// Divides the codes of a list into groups, at most as many as there are block codes: narrow ones where
  /// there are many postings, wide ones where there are few. Where postings are as dense as f, groups as
  /// dense as the root of f make the mean distance of weights from the end of their group the least, the
  /// cube root that of its squares (P. Panter, W. Dite, "Quantization distortion in pulse-count modulation",
  /// 1951). The few greatest weights of a long tail decide who is a hit: the power is between the two.
  /// - Returns: the last code of each group, and the group of each code up to `greatest`.
  func groups(
    of codes: UnsafeBufferPointer<UInt8>, from least: UInt8, through greatest: UInt8
  ) -> (lastCodes: [UInt8], groupByCode: [UInt8]) {
    let groupCount = PostingsFormat.maxBlockCodeCount
    var counts = [Int](repeating: 0, count: Int(greatest) + 1)
    for code in codes { counts[Int(code)] += 1 }
    // The density to the power 3/8, times the width.
    var shares = counts.enumerated().map { code, count in
      let width = Double(upper[code]) - Double(lower[code])
      let root = (Double(count) / max(width, .leastNormalMagnitude)).squareRoot()
      return width * (root * root.squareRoot()).squareRoot()
    }
    var sum = 0.0
    for code in shares.indices {
      let share = shares[code]
      shares[code] = sum + share / 2
      sum += share
    }
    var groupByCode = [UInt8](repeating: 0, count: Int(greatest) + 1)
    var lastCodes = [UInt8](repeating: 0, count: PostingsFormat.groupTableByteCount)
    // Each group has a code, the first one the least: empty ones are left out.
    var group = 0
    var lastPart = 0
    for code in Int(least)...Int(greatest) {
      let part = sum > 0 ? min(Int(shares[code] / sum * Double(groupCount)), groupCount - 1) : 0
      if code > least, part > lastPart { group += 1 }
      lastPart = part
      groupByCode[code] = UInt8(group)
    }
    for code in Int(least)...Int(greatest) {
      for group in Int(groupByCode[code])..<groupCount { lastCodes[group] = UInt8(code) }
    }
    return (lastCodes, groupByCode)
  }

  /// Total order on bit patterns: -0.0 before 0.0, so that both keep their sign.
  private static func precedes(_ left: Float, _ right: Float) -> Bool {
    left == right ? left.sign == .minus && right.sign == .plus : left < right
  }
}

/// A grid's code of a weight, computed from the weight's leading bits.
private struct Grid {
  let droppedBitCount: UInt32
  let firstPositive: Int
  let codeCount: Int
  /// The leading bits of the outermost intervals of each sign.
  let leastStep: Int
  let greatestStep: Int

  init(droppedBitCount: UInt32, firstPositive: Int, codeCount: Int, least: Float, greatest: Float) {
    self.droppedBitCount = droppedBitCount
    self.firstPositive = firstPositive
    self.codeCount = codeCount
    leastStep = Int((least.magnitude.bitPattern) >> droppedBitCount)
    greatestStep = Int((greatest.magnitude.bitPattern) >> droppedBitCount)
  }

  /// Codes ascend with the weight, so those of negative weights descend with the magnitude.
  @inline(__always)
  func code(of weight: Float) -> UInt8 {
    let step = Int(weight.magnitude.bitPattern &>> droppedBitCount)
    let code =
      weight < 0
      ? min(leastStep &- step, firstPositive &- 1)
      : max(codeCount &- 1 &- (greatestStep &- step), firstPositive)
    return UInt8(truncatingIfNeeded: min(code, codeCount &- 1))
  }
}

/// Finds weights' codes fast while posting lists are built: grids by arithmetic, exact codes by a small
/// hash table in front of `WeightCodebook.code(of:)`.
package struct WeightCoder {
  private let codebook: WeightCodebook
  private let grid: Grid?
  private var keys = [UInt32](repeating: 0x7FC0_0001, count: 1024)  // a NaN: never a weight
  private var codes = [UInt8](repeating: 0, count: 1024)

  package init(_ codebook: WeightCodebook) {
    self.codebook = codebook
    grid = codebook.grid
  }

  package mutating func codes(of weights: [Float], into output: UnsafeMutablePointer<UInt8>) {
    if let grid {
      for (index, weight) in weights.enumerated() { output[index] = grid.code(of: weight) }
      return
    }
    keys.withUnsafeMutableBufferPointer { keys in
      codes.withUnsafeMutableBufferPointer { codes in
        for (index, weight) in weights.enumerated() {
          let bits = weight.bitPattern
          let slot = Int((bits &* 0x9E37_79B1) >> 22)
          if keys[slot] != bits {
            keys[slot] = bits
            codes[slot] = codebook.code(of: weight)
          }
          output[index] = codes[slot]
        }
      }
    }
  }
}

/// Collects distinct weights until there are too many to be told apart by code.
struct DistinctWeights {
  private(set) var weights = Set<UInt32>()
  private(set) var least = Float.infinity
  private(set) var greatest = -Float.infinity
  private var recent = [UInt32](repeating: 0x7FC0_0001, count: 256)

  mutating func insert(_ more: [Float]) {
    recent.withUnsafeMutableBufferPointer { recent in
      for weight in more {
        let bits = weight.bitPattern
        let slot = Int((bits &* 0x9E37_79B1) >> 24)
        if recent[slot] == bits { continue }
        recent[slot] = bits
        least = min(least, weight)
        greatest = max(greatest, weight)
        if weights.count <= WeightCodebook.maxCodeCount { weights.insert(bits) }
      }
    }
  }

  var codebook: WeightCodebook {
    WeightCodebook(
      covering: weights, least: least.isFinite ? least : 0,
      greatest: greatest.isFinite ? greatest : 0)
  }
}

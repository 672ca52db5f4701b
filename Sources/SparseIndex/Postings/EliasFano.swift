/// A strictly ascending sequence of numbers below a bound in about 2 + log2(bound / count) bits each
/// (P. Elias 1974, R. M. Fano 1971; for inverted lists: S. Vigna, "Quasi-succinct indices", 2013).
///
/// Each number is cut into `lowBitCount` low bits, stored side by side, and a high part, stored as
/// the distance to the previous one in unary: bit `high + index` is set for the number at `index`.
/// How long the two parts are follows from `count` and `bound` alone, so nothing else is stored.
package struct EliasFanoShape: Equatable, Sendable {
  package let count: Int
  package let lowBitCount: Int
  /// The unary part, rounded up to whole bytes.
  package let highByteCount: Int
  package let lowByteCount: Int

  /// - Parameters:
  ///   - bound: every number is below it; at most 2³².
  package init(count: Int, bound: Int) {
    self.count = count
    guard count > 0 else {
      (lowBitCount, highByteCount, lowByteCount) = (0, 0, 0)
      return
    }
    let ratio = bound / count
    lowBitCount = ratio <= 1 ? 0 : Int.bitWidth - 1 - ratio.leadingZeroBitCount
    highByteCount = (count + (bound - 1) >> lowBitCount + 8) >> 3
    lowByteCount = (count * lowBitCount + 7) >> 3
  }

  package var byteCount: Int { highByteCount + lowByteCount }
}

extension EliasFanoShape {
  /// Bytes that a cursor may read beyond the end of a sequence; writers pad with as many zeros.
  package static let paddingByteCount = 8

  /// Appends the sequence: high part, then low part.
  package static func encode(
    _ numbers: UnsafeBufferPointer<UInt32>, bound: Int, into bytes: inout [UInt8]
  ) {
    let shape = EliasFanoShape(count: numbers.count, bound: bound)
    guard shape.count > 0 else { return }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: shape.byteCount + paddingByteCount))
    bytes.withUnsafeMutableBytes { buffer in
      let high = buffer.baseAddress! + start
      let low = high + shape.highByteCount
      let mask = UInt64(1) << UInt64(shape.lowBitCount) - 1
      for (index, number) in numbers.enumerated() {
        assert(number < bound && (index == 0 || numbers[index - 1] < number))
        let bit = Int(number) >> shape.lowBitCount + index
        high.storeBytes(
          of: high.load(fromByteOffset: bit >> 3, as: UInt8.self) | 1 << UInt8(bit & 7),
          toByteOffset: bit >> 3, as: UInt8.self)
        if shape.lowBitCount > 0 {
          let lowBit = index * shape.lowBitCount
          let word = low.loadUnaligned(fromByteOffset: lowBit >> 3, as: UInt64.self)
          low.storeBytes(
            of: word | (UInt64(number) & mask) << UInt64(lowBit & 7),
            toByteOffset: lowBit >> 3, as: UInt64.self)
        }
      }
    }
    bytes.removeLast(paddingByteCount)
  }
}

/// Walks an Elias-Fano sequence from front to back.
///
/// The bytes must stay valid while the cursor is used, with `paddingByteCount` readable bytes behind.
package struct EliasFanoCursor {
  private let high: UnsafeRawPointer
  private let low: UnsafeRawPointer
  private let lowBitCount: Int
  private let lowMask: UInt64
  private let count: Int
  private let highWordCount: Int
  /// The index of the next number.
  package private(set) var index = 0
  private var wordIndex = 0
  /// The bits of the present word of the high part that have not been read.
  private var word: UInt64 = 0

  package init(_ start: UnsafeRawPointer, count: Int, bound: Int) {
    let shape = EliasFanoShape(count: count, bound: bound)
    high = start
    low = start + shape.highByteCount
    lowBitCount = shape.lowBitCount
    lowMask = UInt64(1) << UInt64(shape.lowBitCount) - 1
    self.count = count
    highWordCount = (shape.highByteCount + 7) >> 3
    if count > 0 { word = high.loadUnaligned(as: UInt64.self) }
  }

  /// Writes the numbers below `limit` that have not been read to `output`, which has room for them.
  /// - Returns: how many.
  package mutating func decode(below limit: Int, into output: UnsafeMutablePointer<UInt32>) -> Int {
    var index = self.index
    var wordIndex = self.wordIndex
    var word = self.word
    let first = index
    defer {
      self.index = index
      self.wordIndex = wordIndex
      self.word = word
    }
    while index < count {
      while word == 0 {
        wordIndex &+= 1
        // Only damaged bytes lead here: the sequence ends early.
        if wordIndex >= highWordCount {
          index = count
          return 0
        }
        word = high.loadUnaligned(fromByteOffset: wordIndex &<< 3, as: UInt64.self)
      }
      let bit = wordIndex &<< 6 &+ word.trailingZeroBitCount
      let lowBit = index &* lowBitCount
      let bits =
        low.loadUnaligned(fromByteOffset: lowBit &>> 3, as: UInt64.self) &>> UInt64(lowBit & 7)
      let number = (bit &- index) &<< lowBitCount | Int(truncatingIfNeeded: bits & lowMask)
      if number >= limit { break }
      output[index &- first] = UInt32(truncatingIfNeeded: number)
      index &+= 1
      word &= word &- 1
    }
    return index &- first
  }
}

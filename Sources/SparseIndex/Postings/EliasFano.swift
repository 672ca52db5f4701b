internal import CKernels

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
  package static let paddingByteCount = 16

  /// Appends the sequence: high part, then low part.
  package static func encode(
    _ numbers: UnsafeBufferPointer<UInt32>, bound: Int, into bytes: inout GrowingBytes
  ) {
    let shape = EliasFanoShape(count: numbers.count, bound: bound)
    guard shape.count > 0 else { return }
    bytes.append(room: shape.byteCount + paddingByteCount) { high in
      // Whole words are stored, so the end of the high part is overwritten by the low part.
      shape.encodeHighParts(numbers, to: high)
      if shape.lowBitCount > 0 { shape.encodeLowParts(numbers, to: high + shape.highByteCount) }
      return shape.byteCount
    }
  }

  private func encodeHighParts(
    _ numbers: UnsafeBufferPointer<UInt32>, to high: UnsafeMutableRawPointer
  ) {
    var word: UInt64 = 0
    var place = 0
    for index in 0..<numbers.count {
      assert(index == 0 || numbers[index - 1] < numbers[index])
      let bit = Int(numbers[index]) &>> lowBitCount &+ index
      if bit &>> 6 != place {
        high.storeBytes(of: word, toByteOffset: place &<< 3, as: UInt64.self)
        word = 0
        place = bit &>> 6
      }
      word |= 1 &<< UInt64(truncatingIfNeeded: bit)
    }
    high.storeBytes(of: word, toByteOffset: place &<< 3, as: UInt64.self)
  }

  private func encodeLowParts(
    _ numbers: UnsafeBufferPointer<UInt32>, to low: UnsafeMutableRawPointer
  ) {
    let mask = UInt64(1) << UInt64(lowBitCount) - 1
    var word: UInt64 = 0
    var bitCount = 0
    var place = low
    for number in numbers {
      let part = UInt64(number) & mask
      word |= part &<< UInt64(truncatingIfNeeded: bitCount)
      bitCount &+= lowBitCount
      if bitCount >= 64 {
        place.storeBytes(of: word, as: UInt64.self)
        place += 8
        bitCount &-= 64
        word = part >> UInt64(lowBitCount &- bitCount)
      }
    }
    place.storeBytes(of: word, as: UInt64.self)
  }
}

/// Walks an Elias-Fano sequence from front to back.
///
/// The bytes must stay valid while the cursor is used, with `paddingByteCount` readable bytes behind.
package struct EliasFanoCursor {
  private var state: sparse_offsets_cursor

  /// The index of the next number.
  package var index: Int { state.index }

  package init(_ start: UnsafeRawPointer, count: Int, bound: Int) {
    let shape = EliasFanoShape(count: count, bound: bound)
    let high = start.assumingMemoryBound(to: UInt8.self)
    state = sparse_offsets_cursor(
      high: high, low: high + shape.highByteCount, count: count,
      high_word_count: (shape.highByteCount + 7) >> 3, bound: UInt64(bound),
      low_bit_count: UInt32(shape.lowBitCount), index: 0, word_index: 0,
      word: count > 0 ? start.loadUnaligned(as: UInt64.self) : 0)
  }

  /// Writes the numbers below `limit` that have not been read to `output`, at most `capacity`.
  /// - Returns: how many.
  package mutating func decode(
    below limit: Int, capacity: Int, into output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    sparse_decode_offsets(&state, UInt64(limit), capacity, output)
  }

  /// Passes over the numbers below `limit` that have not been read.
  /// - Returns: the next number, which stays unread; nil at the end.
  @discardableResult
  package mutating func skip(to limit: Int) -> Int? {
    Int(exactly: sparse_skip_offsets(&state, UInt64(limit)))
  }
}

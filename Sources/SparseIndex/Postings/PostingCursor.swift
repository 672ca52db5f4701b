internal import CKernels

/// Walks a posting list from front to back, a window of points at a time.
package struct PostingCursor {
  private let list: PostingList
  private var offsets: EliasFanoCursor
  /// For lists that are not read by `offsets`: the next point, and the index of its code or pair.
  private var nextPoint = 0
  private var nextCode = 0

  package init(_ list: PostingList) {
    self.list = list
    offsets = EliasFanoCursor(
      list.offsets, count: list.kind == .gaps || list.kind == .grouped ? list.count : 0,
      bound: list.pointCount)
  }

  /// Writes the postings at offsets below `limit` that have not been read; both outputs have room
  /// for `capacity`, which must be enough for undamaged lists.
  /// - Returns: how many.
  package mutating func decode(
    below limit: Int, capacity: Int, offsets output: UnsafeMutablePointer<UInt32>,
    codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    switch list.kind {
    case .gaps, .grouped:
      let first = offsets.index
      let count = offsets.decode(below: limit, capacity: capacity, into: output)
      PackedCodes.decode(
        list.codes, first: first, count: count, bitCount: list.codeBitCount, into: codes)
      return count
    case .nibbles: return decodeNibbles(below: min(limit, list.pointCount), capacity, output, codes)
    case .bitmap:
      return decodeBitmap(below: min(limit, list.pointCount), capacity, output, codes)
    case .pairs: return decodePairs(below: min(limit, list.pointCount), capacity, output, codes)
    }
  }

  /// Sixteen block codes a word.
  private mutating func decodeNibbles(
    below limit: Int, _ capacity: Int, _ output: UnsafeMutablePointer<UInt32>,
    _ codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    while nextPoint < limit {
      let first = nextPoint & ~15
      let end = min(limit, first + 16)
      let word = list.offsets.loadUnaligned(fromByteOffset: first &>> 1, as: UInt64.self)
      var present = (word | word &>> 1 | word &>> 2 | word &>> 3) & 0x1111_1111_1111_1111
      present &= UInt64.max << UInt64((nextPoint - first) * 4)
      if end < first + 16 { present &= 1 << UInt64((end - first) * 4) - 1 }
      while present != 0, count < capacity {
        let bit = present.trailingZeroBitCount
        output[count] = UInt32(truncatingIfNeeded: first &+ bit &>> 2)
        codes[count] = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit) & 15) &- 1
        count &+= 1
        present &= present &- 1
      }
      nextPoint = end
    }
    return count
  }

  private mutating func decodeBitmap(
    below limit: Int, _ capacity: Int, _ output: UnsafeMutablePointer<UInt32>,
    _ codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    let room = min(capacity, list.count - nextCode)
    while nextPoint < limit {
      let end = min(limit, (nextPoint | 63) + 1)
      var word = list.offsets.loadUnaligned(
        fromByteOffset: (nextPoint >> 6) << 3, as: UInt64.self)
      word &= UInt64.max << UInt64(nextPoint & 63)
      if end & 63 != 0 { word &= 1 << UInt64(end & 63) - 1 }
      while word != 0, count < room {
        output[count] = UInt32(truncatingIfNeeded: nextPoint & ~63 | word.trailingZeroBitCount)
        count &+= 1
        word &= word - 1
      }
      nextPoint = end
    }
    PackedCodes.decode(
      list.codes, first: nextCode, count: count, bitCount: list.codeBitCount, into: codes)
    nextCode += count
    return count
  }

  private mutating func decodePairs(
    below limit: Int, _ capacity: Int, _ output: UnsafeMutablePointer<UInt32>,
    _ codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    while nextPoint < limit {
      let end = min(limit, (nextPoint | (PairCodes.wordPointCount - 1)) + 1)
      var pairs = maskBits(upTo: end)
      while pairs != 0, nextCode < list.pairCount {
        let point = nextPoint & ~(PairCodes.wordPointCount - 1) | pairs.trailingZeroBitCount << 1
        let pair = list.codes.load(fromByteOffset: nextCode, as: UInt8.self)
        if point >= nextPoint, pair & 15 != 0, count < capacity {
          output[count] = UInt32(truncatingIfNeeded: point)
          codes[count] = pair & 15 &- 1
          count &+= 1
        }
        // A pair that the limit divides is met again.
        guard point + 1 < end else { break }
        if pair >> 4 != 0, count < capacity {
          output[count] = UInt32(truncatingIfNeeded: point + 1)
          codes[count] = pair >> 4 &- 1
          count &+= 1
        }
        nextCode += 1
        pairs &= pairs - 1
      }
      nextPoint = end
    }
    return count
  }

  /// The mask's word at `nextPoint`, of which the bits from there up to `end` are kept; `end` lies in the same
  /// word or where the next one begins.
  private func maskBits(upTo end: Int) -> UInt64 {
    let first = nextPoint & ~(PairCodes.wordPointCount - 1)
    let word = list.offsets.loadUnaligned(fromByteOffset: first >> 4, as: UInt64.self)
    let bitCount = (end - first + 1) >> 1
    let below = bitCount == 64 ? UInt64.max : 1 << UInt64(bitCount) - 1
    return word & below & UInt64.max << UInt64((nextPoint - first) >> 1)
  }

  /// Passes over the postings at offsets below `limit`, a multiple of 64.
  mutating func skip(to limit: Int) {
    switch list.kind {
    case .gaps, .grouped: offsets.skip(to: limit)
    case .nibbles: nextPoint = limit
    case .bitmap:
      while nextPoint < limit {
        let word = list.offsets.loadUnaligned(fromByteOffset: nextPoint >> 3, as: UInt64.self)
        nextCode += word.nonzeroBitCount
        nextPoint += 64
      }
    case .pairs:
      while nextPoint < limit {
        let end = min(limit, (nextPoint | (PairCodes.wordPointCount - 1)) + 1)
        nextCode += maskBits(upTo: end).nonzeroBitCount
        nextPoint = end
      }
    }
  }

  /// The code of a point in a gap list, or nil when it lacks the dimension. Passes over the
  /// points before it.
  mutating func code(at offset: Int) -> UInt8? {
    guard offsets.skip(to: offset) == offset else { return nil }
    return PackedCodes.code(at: offsets.index, in: list.codes, bitCount: list.codeBitCount)
  }

  /// The block codes of the points from `start` (a multiple of 128, not before those already read) to
  /// `end`: where they are stored, or spread into `buffer`, which has room for `spreadByteCount`.
  mutating func blockCodes(
    from start: Int, to end: Int, buffer: UnsafeMutablePointer<UInt8>
  ) -> UnsafeRawPointer {
    if let stored = list.blockCodes { return stored + start / 2 }
    let mask = list.offsets.assumingMemoryBound(to: UInt8.self)
    let codes = list.codes.assumingMemoryBound(to: UInt8.self)
    skip(to: start)
    if list.kind == .pairs {
      precondition(start % PairCodes.wordPointCount == 0)
      let wordCount = PairCodes.wordCount(pointCount: end - start)
      nextCode = sparse_expand_pairs(
        mask + start / 16, wordCount, codes, min(nextCode, list.pairCount), list.pairCount, buffer)
      nextPoint = start + wordCount * PairCodes.wordPointCount
    } else {
      let blockCount = PostingsFormat.blockCount(pointCount: end - start)
      nextCode = sparse_expand_bitmap(
        mask + start / 8, blockCount, codes, min(nextCode, list.count), list.count,
        UInt32(list.codeBitCount), buffer)
      nextPoint = start + blockCount * PostingsFormat.blockPointCount
    }
    return UnsafeRawPointer(buffer)
  }

  /// Room for the block codes of a window of so many points of the list, where they have to be spread.
  static func spreadByteCount(of list: PostingList, windowPointCount: Int) -> Int {
    list.blockCodes == nil ? PairCodes.spreadByteCount(pointCount: windowPointCount) : 0
  }
}

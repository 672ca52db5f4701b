internal import CKernels

/// Walks a posting list from front to back, a window of points at a time.
package struct PostingCursor {
  private let list: PostingList
  private var offsets: EliasFanoCursor
  /// For lists that are not read by `offsets`: the next point, and the index of its code.
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
    }
  }

  /// The code of a point in a sparse list, or nil when it lacks the dimension. Passes over the
  /// points before it.
  mutating func code(at offset: Int) -> UInt8? {
    guard offsets.skip(to: offset) == offset else { return nil }
    return PackedCodes.code(at: offsets.index, in: list.codes, bitCount: list.codeBitCount)
  }

  /// The block codes of the points from `start` (a multiple of 64, not before those already read) to
  /// `end`: where they are stored, or spread into `buffer`, which has room for them.
  mutating func blockCodes(
    from start: Int, to end: Int, buffer: UnsafeMutablePointer<UInt8>
  ) -> UnsafeRawPointer {
    if let stored = list.blockCodes { return stored + start / 2 }
    let bitmap = list.offsets.assumingMemoryBound(to: UInt8.self)
    skip(to: start)
    let blockCount = (end - start + 63) / 64
    nextCode = sparse_expand_bitmap(
      bitmap + start / 8, blockCount, list.codes.assumingMemoryBound(to: UInt8.self),
      min(nextCode, list.count), list.count, UInt32(list.codeBitCount), buffer)
    nextPoint = start + blockCount * 64
    return UnsafeRawPointer(buffer)
  }
}

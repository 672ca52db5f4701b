/// Posting lists by pairs of neighbouring points: a mask with a bit for each two points, which says whether
/// one of them has the dimension, and for each of those pairs a byte with the block codes of both, the lower
/// point's in the low half. 128 points are spread by one instruction where there is one, and take no more
/// room than they have postings.
enum PairCodes {
  /// Points that a word of the mask stands for.
  static let wordPointCount = 128

  /// The mask's size in whole words.
  static func maskByteCount(pointCount: Int) -> Int { wordCount(pointCount: pointCount) * 8 }

  /// The room that the block codes of so many points take when they have been spread.
  static func spreadByteCount(pointCount: Int) -> Int {
    wordCount(pointCount: pointCount) * (wordPointCount / 2)
  }

  static func wordCount(pointCount: Int) -> Int {
    (pointCount + wordPointCount - 1) / wordPointCount
  }

  /// - Parameters:
  ///   - offsets: ascending.
  ///   - codes: below `PostingsFormat.maxBlockCodeCount`; damaged ones beyond it become the last.
  ///   - mask: zeroed.
  ///   - bytes: with room for a byte a posting.
  /// - Returns: how many pairs there are.
  static func encode(
    _ offsets: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt8>,
    mask: UnsafeMutablePointer<UInt8>, bytes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    var last = UInt32.max
    for index in 0..<offsets.count {
      let offset = offsets[index]
      let pair = offset >> 1
      if pair != last {
        mask[Int(pair >> 3)] |= 1 &<< UInt8(truncatingIfNeeded: pair & 7)
        bytes[count] = 0
        count &+= 1
        last = pair
      }
      let blockCode = min(codes[index], UInt8(PostingsFormat.maxBlockCodeCount - 1)) + 1
      bytes[count &- 1] |= blockCode &<< UInt8(truncatingIfNeeded: (offset & 1) &<< 2)
    }
    return count
  }
}

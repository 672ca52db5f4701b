internal import CKernels

/// Small numbers of equal width side by side, little-endian, 1 to 8 bits each.
package enum PackedCodes {
  package static func byteCount(count: Int, bitCount: Int) -> Int { (count * bitCount + 7) >> 3 }

  package static func encode(
    _ codes: UnsafeBufferPointer<UInt8>, bitCount: Int, into bytes: inout GrowingBytes
  ) {
    if bitCount == 8 {
      bytes.append(contentsOf: UnsafeRawBufferPointer(codes))
      return
    }
    let byteCount = byteCount(count: codes.count, bitCount: bitCount)
    // Whole words are stored.
    bytes.append(room: byteCount + 8) { start in
      var place = start
      var index = 0
      while index < codes.count {
        var word: UInt64 = 0
        if index + 8 <= codes.count {
          word = UnsafeRawPointer(codes.baseAddress! + index).loadUnaligned(as: UInt64.self)
        } else {
          for (rest, code) in codes[index...].enumerated() {
            word |= UInt64(code) << UInt64(rest * 8)
          }
        }
        place.storeBytes(of: gather(word, bitCount: bitCount), as: UInt64.self)
        place += bitCount
        index += 8
      }
      return byteCount
    }
  }

  /// Moves the low bits of eight bytes together: pairs, fours, all.
  @inline(__always)
  private static func gather(_ codes: UInt64, bitCount: Int) -> UInt64 {
    let gap = UInt64(8 - bitCount)
    let pairs = codes & 0x00FF_00FF_00FF_00FF | (codes & 0xFF00_FF00_FF00_FF00) &>> gap
    let fours = pairs & 0x0000_FFFF_0000_FFFF | (pairs & 0xFFFF_0000_FFFF_0000) &>> (2 &* gap)
    return fours & 0x0000_0000_FFFF_FFFF | (fours & 0xFFFF_FFFF_0000_0000) &>> (4 &* gap)
  }

  /// The code at `index`; one byte beyond the end may be read.
  @inline(__always)
  package static func code(at index: Int, in start: UnsafeRawPointer, bitCount: Int) -> UInt8 {
    let bit = index &* bitCount
    let bits = start.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt16.self) &>> UInt16(bit & 7)
    return UInt8(truncatingIfNeeded: bits & (1 &<< UInt16(bitCount) &- 1))
  }

  /// Decodes the codes `first ..< first + count`; 16 bytes beyond the last may be read.
  package static func decode(
    _ start: UnsafeRawPointer, first: Int, count: Int, bitCount: Int,
    into output: UnsafeMutablePointer<UInt8>
  ) {
    sparse_decode_codes(
      start.assumingMemoryBound(to: UInt8.self), first, count, UInt32(bitCount), output)
  }
}

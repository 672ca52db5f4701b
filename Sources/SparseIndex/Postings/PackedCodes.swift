internal import CSparseKernels

/// Small numbers of equal width side by side, little-endian, 1 to 8 bits each.
package enum PackedCodes {
  package static func byteCount(count: Int, bitCount: Int) -> Int { (count * bitCount + 7) >> 3 }

  package static func encode(
    _ codes: UnsafeBufferPointer<UInt8>, bitCount: Int, into bytes: inout [UInt8]
  ) {
    if bitCount == 8 {
      bytes.append(contentsOf: codes)
      return
    }
    let start = bytes.count
    let byteCount = byteCount(count: codes.count, bitCount: bitCount)
    bytes.append(contentsOf: repeatElement(0, count: byteCount))
    bytes.withUnsafeMutableBufferPointer { bytes in
      var pending: UInt32 = 0
      var pendingBitCount = 0
      var next = start
      for code in codes {
        assert(Int(code) < 1 << bitCount)
        pending |= UInt32(code) &<< UInt32(truncatingIfNeeded: pendingBitCount)
        pendingBitCount &+= bitCount
        if pendingBitCount >= 8 {
          bytes[next] = UInt8(truncatingIfNeeded: pending)
          next &+= 1
          pending &>>= 8
          pendingBitCount &-= 8
        }
      }
      if pendingBitCount > 0 { bytes[next] = UInt8(truncatingIfNeeded: pending) }
    }
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

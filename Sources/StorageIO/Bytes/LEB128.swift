/// Reads an unsigned LEB128 integer: seven bits a byte, lowest first.
///
/// - Parameters:
///   - maxByteCount: at most 10, and no more than there are.
///   - byte: the byte at an index, from 0 on.
/// - Returns: nil when it does not end within so many bytes. Of a tenth byte only the lowest bit counts.
@inlinable
package func readLEB128(
  maxByteCount: Int, byte: (Int) -> UInt8
) -> (value: UInt64, byteCount: Int)? {
  var value: UInt64 = 0
  var index = 0
  while index < maxByteCount {
    let next = byte(index)
    value |= UInt64(next & 0x7F) &<< UInt64(7 &* index)
    index &+= 1
    if next < 0x80 { return (value, index) }
  }
  return nil
}

/// Writes an unsigned LEB128 integer, in the fewest bytes possible.
@inlinable @inline(__always)
package func writeLEB128(
  _ value: some UnsignedInteger & FixedWidthInteger, byte: (UInt8) -> Void
) {
  var rest = value
  while rest >= 0x80 {
    byte(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  byte(UInt8(truncatingIfNeeded: rest))
}

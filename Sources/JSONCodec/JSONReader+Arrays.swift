/// The arrays that make up nearly all of an upsert: their elements are read by short loops for the
/// usual spelling, and by the general reader for every other.
extension JSONReader {
  /// Reads an array of `u32`.
  package mutating func readUInt32Array() throws(JSONError) -> [UInt32] {
    try beginArray()
    var values: [UInt32] = []
    while try hasNextElement() {
      if let value = readPlainUInt32() {
        values.append(value)
      } else {
        values.append(try readUInt32())
      }
    }
    return values
  }

  /// Reads an array of numbers as Float32.
  package mutating func readFloatArray() throws(JSONError) -> [Float] {
    try beginArray()
    var values: [Float] = []
    while try hasNextElement() {
      if let value = readPlainFloat() {
        values.append(value)
      } else {
        values.append(try readFloat())
      }
    }
    return values
  }

  /// One to nine digits followed by what ends a number; consumes nothing when it returns nil.
  @inline(__always)
  private mutating func readPlainUInt32() -> UInt32? {
    let start = position
    let end = min(bytes.count, start + 10)
    var next = start
    var value: UInt32 = 0
    while next < end {
      let digit = bytes[unchecked: next] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt32(digit)
      next += 1
    }
    guard next > start, next < end, endsNumber(next),
      bytes[unchecked: start] != UInt8(ascii: "0") || next == start + 1
    else { return nil }
    position = next
    return value
  }

  /// `-1.25` with up to 19 digits and no exponent; consumes nothing when it returns nil.
  @inline(__always)
  private mutating func readPlainFloat() -> Float? {
    var next = position
    let isNegative = next < bytes.count && bytes[unchecked: next] == UInt8(ascii: "-")
    if isNegative { next += 1 }
    let start = next
    var digits: UInt64 = 0
    accumulateDigits(&digits, &next)
    var digitCount = next - start
    guard digitCount > 0, digitCount == 1 || bytes[unchecked: start] != UInt8(ascii: "0") else {
      return nil
    }
    var exponent = 0
    if next < bytes.count, bytes[unchecked: next] == UInt8(ascii: ".") {
      next += 1
      let fractionStart = next
      accumulateDigits(&digits, &next)
      exponent = fractionStart - next
      guard exponent < 0 else { return nil }
      digitCount -= exponent
    }
    guard digitCount <= 19, next < bytes.count, endsNumber(next),
      let value = Float(nearestTo: digits, timesTenTo: exponent)
    else { return nil }
    position = next
    return isNegative ? -value : value
  }

  /// Appends the decimal digits at `next` to `digits`, eight at a time where there are as many. The
  /// sum wraps after 19 digits.
  @inline(__always)
  private func accumulateDigits(_ digits: inout UInt64, _ next: inout Int) {
    while next + 8 <= bytes.count {
      let word = UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(
        fromByteOffset: next, as: UInt64.self)
      let isAllDigits =
        (word & 0xF0F0_F0F0_F0F0_F0F0)
        | (((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4)
        == 0x3333_3333_3333_3333
      guard isAllDigits else { break }
      // Pairs, then fours, then eight (Lemire, "Quickly parsing eight digits").
      var value = word &- 0x3030_3030_3030_3030
      value = value &* 10 &+ value >> 8
      value =
        ((value & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
          &+ ((value >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001) >> 32
      digits = digits &* 100_000_000 &+ value
      next += 8
    }
    while next < bytes.count {
      let digit = bytes[unchecked: next] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      digits = digits &* 10 &+ UInt64(digit)
      next += 1
    }
  }

  /// Whether the byte cannot continue a number.
  @inline(__always)
  private func endsNumber(_ offset: Int) -> Bool {
    let byte = bytes[unchecked: offset]
    return byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte <= 0x20
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The byte at an offset that the caller has compared with `count`.
  @inline(__always)
  subscript(unchecked offset: Int) -> UInt8 { baseAddress.unsafelyUnwrapped[offset] }
}

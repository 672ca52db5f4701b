/// The arrays that make up nearly all of an upsert: their elements are read by short loops for the
/// usual spelling, and by the general reader for every other.
extension JSONReader {
  /// Reads an array of `u32`.
  package mutating func readUInt32Array() throws(JSONError) -> [UInt32] {
    try beginArray()
    var values: [UInt32] = []
    while try hasNextElement() {
      repeat {
        if let value = readPlainUInt32() {
          values.append(value)
        } else {
          values.append(try readUInt32())
        }
      } while moveToPlainNumber()
    }
    try countBlock(of: values)
    return values
  }

  /// Reads an array of numbers as Float32.
  /// - Parameter expectedCount: the number of elements to make room for.
  package mutating func readFloatArray(expectedCount: Int = 0) throws(JSONError) -> [Float] {
    try beginArray()
    var values: [Float] = []
    values.reserveCapacity(expectedCount)
    while try hasNextElement() {
      repeat {
        if let value = readPlainFloat() {
          values.append(value)
        } else {
          values.append(try readFloat())
        }
      } while moveToPlainNumber()
    }
    try countBlock(of: values)
    return values
  }

  /// The same, rounded as trees round: the text to 64 bits, and those to 32.
  package mutating func readTwiceRoundedFloatArray() throws(JSONError) -> [Float] {
    try beginArray()
    var values: [Float] = []
    while try hasNextElement() {
      repeat { values.append(try readTwiceRoundedFloat()) } while moveToPlainNumber()
    }
    try countBlock(of: values)
    return values
  }

  package mutating func readTwiceRoundedFloat() throws(JSONError) -> Float {
    let start = position
    let value = Float(try readDouble())
    guard value.isFinite else { throw error("number is out of range for 32 bits", at: start) }
    return value
  }

  /// Counts an array of numbers when it is whole: its text is about as long as what it takes.
  private mutating func countBlock<Number>(of values: [Number]) throws(JSONError) {
    guard values.capacity > 0 else { return }
    try count(JSONMemory.blockByteCount + values.capacity * MemoryLayout<Number>.stride)
  }

  /// Behind an element: passes over a comma, and one space, where a number follows at once. Consumes
  /// nothing otherwise.
  @inline(__always)
  private mutating func moveToPlainNumber() -> Bool {
    guard position + 2 < bytes.count, bytes[unchecked: position] == UInt8(ascii: ",") else {
      return false
    }
    let next = position + (bytes[unchecked: position + 1] == UInt8(ascii: " ") ? 2 : 1)
    let byte = bytes[unchecked: next]
    guard byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: "-") else { return false }
    position = next
    return true
  }

  /// One to nine digits followed by what ends a number; consumes nothing when it returns nil.
  @inline(__always)
  private mutating func readPlainUInt32() -> UInt32? {
    let start = position
    var next = start
    var value: UInt64 = 0
    accumulateDigits(&value, &next)
    guard next > start, next - start <= 9, next < bytes.count, endsNumber(next),
      bytes[unchecked: start] != UInt8(ascii: "0") || next == start + 1
    else { return nil }
    position = next
    return UInt32(truncatingIfNeeded: value)
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

  /// Appends the decimal digits at `next` to `digits`, up to eight at a time. The sum wraps after 19
  /// digits.
  @inline(__always)
  private func accumulateDigits(_ digits: inout UInt64, _ next: inout Int) {
    while next + 8 <= bytes.count {
      let word =
        UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(fromByteOffset: next, as: UInt64.self)
        ^ 0x3030_3030_3030_3030
      // The lowest bit set is that of the first byte that is not a digit; a carry may set later ones.
      let others = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
      let count = others.trailingZeroBitCount >> 3
      guard count > 0 else { return }
      // Zeros before the digits instead of what stands behind them; then pairs, fours, eight (Lemire,
      // "Quickly parsing eight digits").
      var value = word &<< UInt64(truncatingIfNeeded: 64 &- count &* 8)
      value = value &* 10 &+ value >> 8
      value =
        ((value & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
          &+ ((value >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001) >> 32
      digits = digits &* wholePowersOfTen[count] &+ value
      next += count
      guard count == 8 else { return }
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

private let wholePowersOfTen: [UInt64] = [
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
]

extension UnsafeBufferPointer<UInt8> {
  /// The byte at an offset that the caller has compared with `count`.
  @inline(__always)
  subscript(unchecked offset: Int) -> UInt8 { baseAddress.unsafelyUnwrapped[offset] }
}

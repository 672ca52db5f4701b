extension JSONReader {
  /// A number token, taken apart: ± `digits` × 10^`exponent`.
  private struct Token {
    var start: Int
    var isNegative = false
    /// The first 19 significant digits at most.
    var digits: UInt64 = 0
    var exponent = 0
    /// All significant digits are in `digits`.
    var isExact = true
    /// Neither fraction nor exponent was written.
    var isInteger = true
  }

  /// An integer, or a double where the text has a fraction or an exponent, is `-0`, or is beyond the
  /// 64-bit integers.
  package mutating func readNumber() throws(JSONError) -> JSONValue {
    let token = try readToken()
    if token.isInteger && token.isExact {
      if !token.isNegative {
        return token.digits <= UInt64(Int64.max)
          ? .integer(Int64(token.digits)) : .unsigned(token.digits)
      }
      if token.digits > 0 && token.digits <= UInt64(1) << 63 {
        return .integer(Int64(truncatingIfNeeded: 0 &- token.digits))
      }
    }
    return .double(try double(token))
  }

  package mutating func readUInt64() throws(JSONError) -> UInt64 {
    let token = try readToken("expected an unsigned integer")
    guard token.isInteger, !token.isNegative else {
      throw error("expected an unsigned integer", at: token.start)
    }
    guard token.isExact else {
      throw error("integer is larger than \(UInt64.max)", at: token.start)
    }
    return token.digits
  }

  package mutating func readUInt32() throws(JSONError) -> UInt32 {
    let token = try readToken("expected an unsigned 32-bit integer")
    guard token.isInteger, !token.isNegative else {
      throw error("expected an unsigned 32-bit integer", at: token.start)
    }
    guard token.isExact, let value = UInt32(exactly: token.digits) else {
      throw error("integer is larger than \(UInt32.max)", at: token.start)
    }
    return value
  }

  package mutating func readDouble() throws(JSONError) -> Double {
    let token = try readToken("expected a number")
    return try double(token)
  }

  /// The Float32 nearest to the decimal text: rounded once, ties to even.
  package mutating func readFloat() throws(JSONError) -> Float {
    let token = try readToken("expected a number")
    return try float(token)
  }

  // MARK: Tokens

  private mutating func readToken(
    _ expectation: StaticString = "expected value"
  ) throws(JSONError) -> Token {
    var byte = try nextByte()
    var token = Token(start: position)
    if byte == UInt8(ascii: "-") {
      token.isNegative = true
      position += 1
      guard position < bytes.count else { throw endOfInput() }
      byte = bytes[position]
    }
    guard byte &- UInt8(ascii: "0") <= 9 else {
      if token.isNegative { throw error("invalid number") }
      throw error("\(expectation)")
    }
    if byte == UInt8(ascii: "0") {
      position += 1
      if position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 {
        throw error("invalid number: leading zero", at: token.start)
      }
    } else {
      readDigits(into: &token, isFraction: false)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      token.isInteger = false
      position += 1
      guard position < bytes.count else { throw endOfInput() }
      guard bytes[position] &- UInt8(ascii: "0") <= 9 else { throw error("invalid number") }
      readDigits(into: &token, isFraction: true)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      try readExponent(into: &token)
    }
    return token
  }

  @inline(__always)
  private mutating func readDigits(into token: inout Token, isFraction: Bool) {
    var digits = token.digits
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      // 10^18 times ten plus nine fits; more digits are kept only where the value still fits.
      if digits < 1_000_000_000_000_000_000 {
        digits = digits &* 10 &+ UInt64(digit)
        if isFraction { token.exponent &-= 1 }
      } else {
        appendDigit(digit, to: &digits, token: &token, isFraction: isFraction)
      }
      position += 1
    }
    token.digits = digits
  }

  /// Takes the 20th digit of a number that still fits 64 bits, and drops others.
  @inline(never)
  private func appendDigit(
    _ digit: UInt8, to digits: inout UInt64, token: inout Token, isFraction: Bool
  ) {
    let (product, productOverflow) = digits.multipliedReportingOverflow(by: 10)
    let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(digit))
    if token.isExact && !productOverflow && !sumOverflow {
      digits = sum
      if isFraction { token.exponent &-= 1 }
    } else {
      token.isExact = false
      if !isFraction { token.exponent &+= 1 }
    }
  }

  private mutating func readExponent(into token: inout Token) throws(JSONError) {
    token.isInteger = false
    position += 1
    guard position < bytes.count else { throw endOfInput() }
    var isNegative = false
    if bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
      guard position < bytes.count else { throw endOfInput() }
    }
    guard bytes[position] &- UInt8(ascii: "0") <= 9 else { throw error("invalid number") }
    var exponent = 0
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 {
      if exponent < 100_000_000 { exponent = exponent * 10 + Int(bytes[position] & 15) }
      position += 1
    }
    token.exponent += isNegative ? -exponent : exponent
  }

  // MARK: Rounding

  private func double(_ token: Token) throws(JSONError) -> Double {
    // Clinger's fast path: both factors are exact, so the one operation rounds correctly.
    if token.isExact, token.digits <= 1 << 53, abs(token.exponent) <= 22 {
      let digits = Double(token.digits)
      let value =
        token.exponent < 0
        ? digits / powersOfTen[-token.exponent] : digits * powersOfTen[token.exponent]
      return token.isNegative ? -value : value
    }
    guard let value = Double(text(token)), value.isFinite else {
      throw error("number is out of range", at: token.start)
    }
    return value
  }

  private func float(_ token: Token) throws(JSONError) -> Float {
    if token.isExact, abs(token.exponent) <= 22,
      let value = Float(nearestTo: token.digits, timesTenTo: token.exponent)
    {
      return token.isNegative ? -value : value
    }
    guard let value = Float(text(token)), value.isFinite else {
      throw error("number is out of range for 32 bits", at: token.start)
    }
    return value
  }

  private func text(_ token: Token) -> String {
    String(decoding: bytes[token.start..<position], as: UTF8.self)
  }
}

extension Float {
  /// The Float32 nearest to `digits` × 10^`exponent`, for |exponent| up to 22; nil in the rare case
  /// that this arithmetic cannot tell.
  @inline(__always)
  init?(nearestTo digits: UInt64, timesTenTo exponent: Int) {
    // The digits as a double and the one operation each err by half a unit in the last place at
    // most, so the double is within two units of the true value. Rounding it to Float32 is right
    // unless a midpoint between two neighbouring floats lies that near: there the 29 bits that a
    // float drops are 1 followed by zeros.
    let value =
      exponent < 0
      ? Double(digits) / powersOfTen[-exponent] : Double(digits) * powersOfTen[exponent]
    let dropped = Int64(value.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
    let isNormal = value > 0x1p-125 && value < 0x1p127
    guard value == 0 || (isNormal && abs(dropped) > 4) else { return nil }
    self = Float(value)
  }
}

/// The powers of ten that a double holds exactly.
private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

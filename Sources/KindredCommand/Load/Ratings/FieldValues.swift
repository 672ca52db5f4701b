import DataFiles

/// Numbers and times in fields of text.
package enum FieldValues {
  private static let powersOfTen: [Double] = (0...18).map { exponent in
    (0..<exponent).reduce(1.0) { value, _ in value * 10 }
  }

  /// A finite decimal number, nearest to what is written.
  package static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    var position = bytes.startIndex
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var placeCount: Int?
    while position < bytes.endIndex {
      let byte = bytes[position]
      if byte &- 0x30 < 10 {
        digits = digits &* 10 &+ UInt64(byte - 0x30)
        digitCount += 1
        if placeCount != nil { placeCount! += 1 }
      } else if byte == UInt8(ascii: "."), placeCount == nil {
        placeCount = 0
      } else {
        return slowNumber(bytes)
      }
      position += 1
    }
    // Up to 15 digits are exact, and so is their division by an exact power of ten.
    guard (1...15).contains(digitCount) else { return slowNumber(bytes) }
    let value = Double(digits) / powersOfTen[placeCount ?? 0]
    return isNegative ? -value : value
  }

  private static func slowNumber(_ bytes: ArraySlice<UInt8>) -> Double? {
    let isDecimal = bytes.allSatisfy { byte in
      byte &- 0x30 < 10 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }
    guard isDecimal, bytes.count <= 64, let value = Double(String(decoding: bytes, as: UTF8.self)),
      value.isFinite
    else { return nil }
    return value
  }

  /// Something that grows with time: a number as it is, a date (`2024-05-01`, also with
  /// `12:30`, `12:30:59`, `T` between and `Z`, `+02:00` or decimals behind) in seconds since 1970.
  package static func time(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if let number = number(bytes) {
      return number.magnitude < 9e18 ? Int64(number) : nil
    }
    let digits = Array(bytes)
    func part(_ start: Int, _ count: Int) -> Int64? {
      guard start + count <= digits.count else { return nil }
      var value: Int64 = 0
      for byte in digits[start..<start + count] {
        guard byte &- 0x30 < 10 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    func has(_ character: Character, at index: Int) -> Bool {
      index < digits.count && digits[index] == character.asciiValue
    }
    guard let year = part(0, 4), has("-", at: 4) || has("/", at: 4), let month = part(5, 2),
      has("-", at: 7) || has("/", at: 7), let day = part(8, 2), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    var seconds = days(year, month, day) * 86_400
    guard digits.count > 10 else { return seconds }
    guard has(" ", at: 10) || has("T", at: 10), let hour = part(11, 2), has(":", at: 13),
      let minute = part(14, 2)
    else { return nil }
    seconds += hour * 3600 + minute * 60
    var position = 16
    if has(":", at: position), let second = part(17, 2) {
      seconds += second
      position = 19
    }
    if has(".", at: position) {
      position += 1
      while part(position, 1) != nil { position += 1 }
    }
    let rest = String(decoding: digits[position...], as: UTF8.self)
    switch rest {
    case "", "Z", " UTC": return seconds
    case _ where rest.hasPrefix("+") || rest.hasPrefix("-"):
      guard let hours = part(position + 1, 2) else { return nil }
      let minutes = part(position + 3, 2) ?? part(position + 4, 2) ?? 0
      let offset = hours * 3600 + minutes * 60
      return rest.hasPrefix("+") ? seconds - offset : seconds + offset
    default: return nil
    }
  }

  /// Days since 1970 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date
  /// algorithms").
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

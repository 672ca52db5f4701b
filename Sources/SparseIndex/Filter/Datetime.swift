/// Reads dates and times as Qdrant does: RFC 3339, and ISO 8601 forms without zone, seconds or time.
package enum Datetime {
  /// Microseconds since 1970-01-01T00:00:00Z, rounded down; nil for anything else than
  /// `YYYY-MM-DD`, or date, `T` or space, and `HH:MM` or `HH:MM:SS`, with an optional fraction and
  /// zone (`Z`, `UTC`, `+HH:MM`, `+HHMM`, `+HH`) after the seconds. No zone is UTC.
  package static func microseconds(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = Parser(bytes: bytes)
      return parser.parse()
    }
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible
  /// low-level date algorithms").
  static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func dayCount(year: Int, month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

private struct Parser {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  mutating func parse() -> Int64? {
    guard let year = number(digits: 4...4), take("-"), let month = number(digits: 1...2),
      take("-"), let day = number(digits: 1...2), (1...12).contains(month),
      (1...Datetime.dayCount(year: year, month: month)).contains(day)
    else { return nil }
    let midnight = Datetime.days(year: year, month: month, day: day) * 86_400
    if isAtEnd { return Int64(midnight) * 1_000_000 }

    guard take(" ") || take("T") || take("t") else { return nil }
    guard let hour = number(digits: 1...2), hour < 24, take(":"),
      let minute = number(digits: 1...2), minute < 60
    else { return nil }
    let time = midnight + hour * 3600 + minute * 60
    if isAtEnd { return Int64(time) * 1_000_000 }

    // 60 is a leap second.
    guard take(":"), let second = number(digits: 1...2), second <= 60,
      let microseconds = fraction(), let zone = zoneSeconds(), isAtEnd
    else { return nil }
    return Int64(time + second - zone) * 1_000_000 + microseconds
  }

  private var isAtEnd: Bool { position == bytes.count }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func number(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, position < bytes.count,
      case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9
    {
      value = value * 10 + Int(digit)
      count += 1
      position += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  /// `.` and digits, as microseconds; further digits are cut off. 0 without a point.
  private mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    var value: Int64 = 0
    var count = 0
    while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9
    {
      if count < 6 { value = value * 10 + Int64(digit) }
      count += 1
      position += 1
    }
    guard count > 0 else { return nil }
    for _ in min(count, 6)..<6 { value *= 10 }
    return value
  }

  private mutating func zoneSeconds() -> Int? {
    while take(" ") {}
    if isAtEnd || take("Z") || take("z") { return 0 }
    if take("U") { return take("T") && take("C") ? 0 : nil }
    let isNegative = take("-")
    guard isNegative || take("+"), let hour = number(digits: 2...2), hour < 24 else { return nil }
    var minute = 0
    if !isAtEnd {
      _ = take(":")
      guard let digits = number(digits: 2...2), digits < 60 else { return nil }
      minute = digits
    }
    return (hour * 3600 + minute * 60) * (isNegative ? -1 : 1)
  }
}

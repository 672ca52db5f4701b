/// A point's identity: an unsigned 64-bit integer or a UUID. Integers sort below UUIDs.
public enum PointID: Hashable, Sendable {
  /// An unsigned number.
  case integer(UInt64)
  /// The UUID's 16 bytes read as one big-endian number, so that numeric order is byte order.
  case uuid(UInt128)
}

extension PointID: Comparable {
  public static func < (left: PointID, right: PointID) -> Bool {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): a < b
    case (.uuid(let a), .uuid(let b)): a < b
    case (.integer, .uuid): true
    case (.uuid, .integer): false
    }
  }
}

extension PointID: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt64) { self = .integer(value) }
}

extension PointID: CustomStringConvertible {
  /// Decimal digits, or the hyphenated lower-case UUID.
  public var description: String {
    switch self {
    case .integer(let value): return String(value)
    case .uuid(let value):
      let digits = String(value, radix: 16)
      let padded = String(repeating: "0", count: 32 - digits.count) + digits
      var text = ""
      for (index, character) in padded.enumerated() {
        if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
        text.append(character)
      }
      return text
    }
  }

  /// Reads a UUID in one of the forms Qdrant takes: hyphenated, 32 hexadecimal digits, or
  /// `urn:uuid:` before either. Returns nil for anything else.
  public init?(uuid text: String) {
    var digits = Substring(text)
    if digits.lowercased().hasPrefix("urn:uuid:") { digits = digits.dropFirst(9) }
    var value: UInt128 = 0
    var count = 0
    let bytes = Array(digits.utf8)
    guard bytes.count == 32 || bytes.count == 36 else { return nil }
    for (index, byte) in bytes.enumerated() {
      if bytes.count == 36, [8, 13, 18, 23].contains(index) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt128(digit)
      count += 1
    }
    guard count == 32 else { return nil }
    self = .uuid(value)
  }
}

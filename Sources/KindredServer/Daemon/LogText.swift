/// Values in lines of the log.
enum LogText {
  /// In quotes, as JSON has it (RFC 8259). Also escaped is what a terminal or a reader may take for the
  /// end of a line or for a command: all control characters, the separators of lines and paragraphs,
  /// and what changes the direction of writing.
  static func quoted(_ value: String) -> String {
    value.unicodeScalars.reduce(into: "\"") { $0 += escaped($1) } + "\""
  }

  /// The beginning of a text that takes no more bytes than that where it is quoted, and an ellipsis if
  /// that is not all.
  static func shortened(_ text: Substring, to byteCount: Int) -> String {
    var left = byteCount
    for index in text.unicodeScalars.indices {
      left -= escaped(text.unicodeScalars[index]).utf8.count
      if left < 0 { return text[..<index] + "…" }
    }
    return String(text)
  }

  static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case _ where isHarmful(scalar):
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return String(scalar)
    }
  }
}

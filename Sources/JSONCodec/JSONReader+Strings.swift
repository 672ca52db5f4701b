extension JSONReader {
  package mutating func readString() throws(JSONError) -> String {
    guard try nextByte() == UInt8(ascii: "\"") else { throw error("expected a string") }
    position += 1
    let start = position
    skipPlainBytes()
    guard position < bytes.count else { throw endOfInput() }
    guard bytes[position] == UInt8(ascii: "\"") else { return try readEscapedString(from: start) }
    try count(JSONMemory.byteCount(ofText: position - start))
    let utf8 = UnsafeBufferPointer(rebasing: bytes[start..<position])
    // Most texts are names: this way is quicker, and does the same with what is valid.
    if Self.isASCII(utf8) {
      position += 1
      return String(decoding: utf8, as: UTF8.self)
    }
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw error("invalid UTF-8 in string", at: start)
    }
    position += 1
    return text
  }

  private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var bits: UInt8 = 0
    for byte in bytes { bits |= byte }
    return bits < 0x80
  }

  /// Moves to the next quote, backslash or control character, or to the end.
  private mutating func skipPlainBytes() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let raw = UnsafeRawPointer(bytes.baseAddress!)
    while position + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // A byte's high bit is set where the byte is below 0x20, a quote or a backslash; a borrow may
      // set it in a byte above such a one, which the loop below sorts out.
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let special =
        ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote)
        | ((backslash &- ones) & ~backslash)
      if special & highs != 0 { break }
      position += 8
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      position += 1
    }
  }

  /// Continues a string whose bytes from `start` on are plain up to the present position.
  private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while true {
      guard position < bytes.count else { throw endOfInput() }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("invalid UTF-8 in string", at: start)
        }
        position += 1
        try count(JSONMemory.byteCount(ofText: text.count))
        return string
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case 0..<0x20: throw error("control character in string")
      default:
        let plainStart = position
        skipPlainBytes()
        text.append(contentsOf: bytes[plainStart..<position])
      }
    }
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
    guard position + 1 < bytes.count else { throw endOfInput() }
    let start = position
    position += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try readHexDigits()
      if code & 0xFC00 == 0xD800 {
        guard position + 1 < bytes.count else { throw endOfInput() }
        guard bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") else {
          throw error("lone surrogate in escape", at: start)
        }
        position += 2
        let low = try readHexDigits()
        guard low & 0xFC00 == 0xDC00 else { throw error("lone surrogate in escape", at: start) }
        code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = UnicodeScalar(code) else {
        throw error("lone surrogate in escape", at: start)
      }
      text.append(contentsOf: UTF8.encode(scalar)!)
    default: throw error("invalid escape", at: start)
    }
  }

  private mutating func readHexDigits() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw endOfInput() }
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw error("invalid escape")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}

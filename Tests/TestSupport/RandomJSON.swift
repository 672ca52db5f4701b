package import JSONCodec

extension JSONValue {
  /// Any shape, up to `depth` levels deep.
  package static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .integer(.random(in: -1000...1000, using: &random))
    case 3: return .integer(Int64(bitPattern: random.next()))
    case 4: return .unsigned(random.next() | 1 << 63)
    case 5:
      let value = Double(bitPattern: random.next())
      return .double(value.isFinite ? value : 0.5)
    case 6, 7: return .string(randomText(using: &random))
    case 8:
      return .array(
        (0..<Int.random(in: 0...5, using: &random)).map { _ in
          .random(depth: depth - 1, using: &random)
        })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        object[randomText(using: &random)] = .random(depth: depth - 1, using: &random)
      }
      return .object(object)
    }
  }

  package static func randomText(using random: inout SeededGenerator) -> String {
    let scalars: [UnicodeScalar] = [
      "a", "b", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "€", "😀",
      "\u{301}", "\u{FFFF}",
    ]
    if random.oneIn(8) { return equivalentTexts.randomElement(using: &random)! }
    var text = ""
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      text.unicodeScalars.append(scalars.randomElement(using: &random)!)
    }
    return text
  }

  /// Numbers at which doubles, signed and unsigned integers part.
  package static let extremeNumbers: [JSONValue] = [
    .integer(0), .double(0), .double(-0.0), .integer(1), .double(0.5), .integer(-1),
    .integer(1 << 53 - 1), .integer(1 << 53), .integer(1 << 53 + 1), .integer(1 << 53 + 2),
    .double(0x1p53), .double(0x1p53 + 2), .integer(-(1 << 53)), .integer(-(1 << 53) - 1),
    .double(-0x1p53), .integer(.max - 1), .integer(.max), .unsigned(1 << 63),
    .unsigned(1 << 63 + 1), .unsigned(.max - 1), .unsigned(.max), .double(0x1p63),
    .double(0x1p63.nextDown), .double(0x1p63.nextUp), .double(0x1p64), .double(0x1p64.nextDown),
    .integer(.min), .integer(.min + 1), .double(-0x1p63), .double((-0x1p63).nextUp),
    .double((-0x1p63).nextDown), .double(1e308), .double(-1e308),
    .double(.greatestFiniteMagnitude), .double(.leastNonzeroMagnitude),
  ]

  /// Texts that are canonically equivalent to one another, or look alike, and differ as bytes.
  package static let equivalentTexts = [
    "é", "e\u{301}", "Å", "\u{212B}", "A\u{30A}", "각", "\u{1100}\u{1161}\u{11A8}", "K",
    "\u{212A}", "a", "a\u{200B}", "\u{200D}a", "e\u{301}\u{323}", "e\u{323}\u{301}",
  ]
}

import JSONCodec
import Testing

@Suite struct JSONReaderTests {
  @Test func `scalars keep their kind`() throws {
    #expect(try JSONValue.parse("5") == .integer(5))
    #expect(try JSONValue.parse("5.0") == .double(5))
    #expect(try JSONValue.parse("-0") == .double(-0.0))
    #expect(try JSONValue.parse("-9223372036854775808") == .integer(.min))
    #expect(try JSONValue.parse("9223372036854775807") == .integer(.max))
    #expect(try JSONValue.parse("9223372036854775808") == .unsigned(1 << 63))
    #expect(try JSONValue.parse("18446744073709551615") == .unsigned(.max))
    #expect(try JSONValue.parse("18446744073709551616") == .double(0x1p64))
    #expect(try JSONValue.parse("-9223372036854775809") == .double(-0x1p63))
    #expect(try JSONValue.parse("1e3") == .double(1000))
    #expect(try JSONValue.parse(" [true, false,null ,\"x\"]\n") == [true, false, nil, "x"])
  }

  @Test func `strings unescape`() throws {
    let text = #""\"\\\/\b\f\n\r\tA\u00e9\u20ac\ud83d\ude00""#
    #expect(try JSONValue.parse(text) == .string("\"\\/\u{8}\u{C}\n\r\tAé€😀"))
    #expect(try JSONValue.parse("\"plain é€😀 longer than a word\"").asString?.utf8.count == 34)
  }

  @Test(arguments: [
    "", " ", "tru", "nul", "truE", "nan", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01",
    "1.",
    ".5", "1e", "1e+", "0x1", "1 2", "[1,]", "[,1]", "[1 2]", "[1", "{", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{'a':1}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"",
    "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "\"\u{1}\"", "]", "}", "[}",
    "{]", "// x\n1", "1e400", "-1e400", "[1e999]",
  ])
  func `what is not JSON is refused`(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    #expect(throws: JSONError.self) {
      try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in try reader.skipValue() }
    }
  }

  @Test func `invalid UTF-8 is refused`() {
    let broken: [[UInt8]] = [
      [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ]
    for bytes in broken {
      #expect(throws: JSONError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
      #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
    }
  }

  @Test func `errors say where`() throws {
    let error = #expect(throws: JSONError.self) { try JSONValue.parse("{\n  \"a\": x}") }
    #expect(error?.byteOffset == 9)
    #expect(error?.line == 2)
    #expect(error?.column == 8)
    #expect(error?.description == "expected value at line 2 column 8")
  }

  @Test func `a byte order mark and UTF-16 are called by their names`() throws {
    for (bytes, words) in [
      ([UInt8](Array("\u{FEFF}{}".utf8)), "expected value, found a byte order mark: leave it out"),
      ([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "expected value, found UTF-16: send UTF-8"),
      ([0xFE, 0xFF, 0, 0x7B, 0, 0x7D], "expected value, found UTF-16: send UTF-8"),
    ] {
      let error = #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
      #expect(error?.message == words && error?.column == 1)
    }
  }

  @Test func `nesting is bounded`() throws {
    let nested = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSONValue.parse(nested(64)).nestingDepth == 64)
    #expect(throws: JSONError.self) { try JSONValue.parse(nested(65)) }
    #expect(throws: JSONError.self) {
      try JSONValue.parse(String(repeating: "[", count: 5_000_000))
    }
    #expect(throws: JSONError.self) {
      try JSONValue.parse(String(repeating: "{\"a\":", count: 1_000_000))
    }
    // Depth counts what is open, not what has been.
    #expect(
      try JSONValue.parse("[" + Array(repeating: "[]", count: 100).joined(separator: ",") + "]")
        .asArray?.count == 100)
  }

  @Test func `the last of members with one name wins, in the first one's place`() throws {
    let object = try JSONValue.parse(#"{"a":1,"b":2,"a":3}"#).asObject
    #expect(object?.members.map(\.name) == ["a", "b"])
    #expect(object?["a"] == 3)
    let many = (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",")
    #expect(
      try JSONValue.parse("{\(many)}").asObject?.members.map(\.value)
        == (20..<40).map { .integer($0) })
  }

  @Test func `names that differ only in their spelling of a character stay apart`() throws {
    let object = try JSONValue.parse("{\"\u{E9}\":1,\"e\u{301}\":2}").asObject
    #expect(object?.count == 2)
    #expect(object?["e\u{301}"] == 2)
  }

  @Test func `pulling reads typed members in any order`() throws {
    let text =
      #"{"skip":{"a":[1,{"b":2}]},"values":[1, 2.5 ,-3e0],"indices":[7,0,4294967295],"x":""}"#
    var indices: [UInt32] = []
    var values: [Float] = []
    try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in
      try reader.beginObject()
      while let name = try reader.nextName() {
        switch name {
        case "indices": indices = try reader.readUInt32Array()
        case "values": values = try reader.readFloatArray()
        default: try reader.skipValue()
        }
      }
    }
    #expect(indices == [7, 0, .max])
    #expect(values == [1, 2.5, -3])
  }

  @Test(arguments: ["-1", "1.0", "4294967296", "\"1\"", "1e2", "99999999999999999999"])
  func `what is no u32 is refused`(_ text: String) {
    #expect(throws: JSONError.self) {
      try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in
        try reader.readUInt32()
      }
    }
  }

  @Test func `every truncation of a document is an error`() throws {
    let text = #"{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00y"], "b": {"c": null, "d": [true, false]}}"#
    let bytes = Array(text.utf8)
    _ = try JSONValue.parse(bytes)
    for count in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONValue.parse(Array(bytes[..<count])) }
    }
  }

  @Test func `flipped bits never trap`() throws {
    let text = #"{"a":[1,-2.5e3,"x\u00e9 \ud83d\ude00y"],"b":{"c":null,"d":[true,false]},"é":"€"}"#
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        _ = try? JSONValue.parse(flipped)
      }
    }
  }
}

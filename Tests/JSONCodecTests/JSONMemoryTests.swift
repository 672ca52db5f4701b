import JSONCodec
import Testing

/// A short text may take many times its bytes in memory; the reader's limit is on that memory.
@Suite struct JSONMemoryTests {
  /// Texts of about 300,000 bytes, and how many times that they take.
  static let shapes: [(name: String, text: String, least: Int)] = [
    ("numbers", list("0"), 10), ("empty arrays", list("[]"), 7), ("arrays", list("[0]"), 20),
    ("objects", list(#"{"a":{}}"#), 8), ("members", members { _ in "0" }, 3),
    (
      "nested arrays", list(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)),
      25
    ),
    ("texts", list(#""0123456789abcdef""#), 4),
    ("escapes", list(#""\u0041\u0041\u0041\u0041\u0041\u0041\u0041\u0041""#), 1),
  ]

  private static func list(_ element: String) -> String {
    let count = 300_000 / (element.utf8.count + 1)
    return "[" + Array(repeating: element, count: count).joined(separator: ",") + "]"
  }

  private static func members(_ value: (Int) -> String) -> String {
    "{" + (0..<20_000).map { "\"\($0)\":\(value($0))" }.joined(separator: ",") + "}"
  }

  @Test(arguments: shapes.indices) func `a tree is refused before it is larger than the limit`(
    _ index: Int
  ) throws {
    let (name, text, least) = Self.shapes[index]
    let bytes = Array(text.utf8)
    func read(_ limit: Int) throws(JSONError) -> JSONValue {
      try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
        try JSONValue.parse(UnsafeRawBufferPointer(buffer), memoryLimit: limit)
      }
    }
    let value = try read(.max)
    let size = value.memoryByteCount
    // The count is never less than what the finished tree takes, and not three times as much.
    #expect(throws: JSONError.self, "\(name)") { try read(size - 1) }
    #expect(try read(size * 3) == value, "\(name)")
    do {
      _ = try read(bytes.count * least / 3)
      Issue.record("\(name) takes less than expected")
    } catch {
      #expect(error.kind == .tooLarge, "\(name)")
      #expect(error.description.contains("bytes of memory; send it in parts"))
    }
  }

  @Test func `arrays of numbers count as what they take`() throws {
    let bytes = Array(("[" + Array(repeating: "1", count: 1000).joined(separator: ",") + "]").utf8)
    func read(_ limit: Int) throws -> Int {
      try bytes.withUnsafeBytes { bytes in
        var reader = JSONReader(bytes, memoryLimit: limit)
        return try reader.readFloatArray().count
      }
    }
    #expect(try read(16_000) == 1000)
    #expect(throws: JSONError.self) { try read(4000) }
  }
}

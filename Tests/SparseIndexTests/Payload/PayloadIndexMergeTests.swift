import JSONCodec
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// A merged payload index must be the one that the merged payloads make, byte for byte: the audit
/// compares them.
@Suite struct PayloadIndexMergeTests {
  private static let configuration = CollectionConfiguration(payloadIndexes: [
    "word": PayloadIndexParameters(kind: .keyword),
    "whole": PayloadIndexParameters(kind: .integer),
    "number": PayloadIndexParameters(kind: .float), "flag": PayloadIndexParameters(kind: .bool),
    "at": PayloadIndexParameters(kind: .datetime), "o.id": PayloadIndexParameters(kind: .uuid),
    "places": PayloadIndexParameters(kind: .geo),
    "text": PayloadIndexParameters(kind: .text, parameters: ["type": "text"]),
    "none": PayloadIndexParameters(kind: .float),
  ])

  private static func payload(_ random: inout SeededGenerator, mixed: Bool) -> JSONObject {
    var payload = JSONObject()
    func some(_ values: [JSONValue], _ others: [JSONValue]) -> JSONValue {
      let value = (mixed && random.oneIn(4) ? others : values).randomElement(using: &random)!
      guard random.oneIn(4) else { return value }
      return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value })
    }
    let words: [JSONValue] = ["b", "a", "", "longer than eight bytes", "longer than eight"]
    let fields: [(String, [JSONValue], [JSONValue])] = [
      ("word", words, [.null, 1, ["k": 1]]),
      ("whole", [1, -7, .integer(1 << 40)], [2.0, 2.5, "x", .null]),
      ("number", mixed ? [1.5, 2.25] : [1, 2], [3, "x", .null]), ("flag", [true, false], [0]),
      ("at", ["1970-01-01T00:00:01Z", "2020-02-02"], ["no date", 5]),
      ("o", [["id": "550e8400-e29b-41d4-a716-446655440000"]], [["id": 7], 7]),
      ("places", [["lon": 1, "lat": 2], ["lon": 3, "lat": 4]], ["nowhere"]),
      ("text", ["Red car", "a blue car", "car", ""], [4, .null]),
    ]
    for (name, values, others) in fields where !random.oneIn(4) {
      payload[name] = some(values, others)
    }
    return payload
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `a merged index is the one that the merged payloads make`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var expected: [Point] = []
    var inputs: [LiveSegment] = []
    for input in 0..<3 as Range<UInt64> {
      let mixed = random.oneIn(2)
      let points = (0..<30 as Range<UInt64>).map { number in
        Point(
          id: .integer(number * 3 + input), payload: Self.payload(&random, mixed: mixed))
      }
      var configuration = Self.configuration
      switch Int.random(in: 0..<6, using: &random) {
      case 0: configuration.payloadIndexes = [:]
      case 1:
        configuration.payloadIndexes["text"]!.parameters = ["type": "text", "lowercase": false]
        configuration.payloadIndexes["whole"] = PayloadIndexParameters(kind: .float)
      default: break
      }
      var sink = MemorySink()
      try SegmentBuilder.build(points, configuration: configuration, collection: 7, into: &sink)
      var deleted = PointMask(count: points.count)
      if random.oneIn(2) {
        for offset in points.indices where random.oneIn(2) { deleted[offset] = true }
      }
      expected += points.enumerated().filter { !deleted[$0.offset] }.map(\.element)
      inputs.append(
        LiveSegment(
          try Segment(SharedBytes(sink.bytes), path: "input", collection: 7), deleted: deleted))
    }
    expected.sort { $0.id < $1.id }
    var sink = MemorySink()
    try SegmentMerger.merge(
      inputs, configuration: Self.configuration, collection: 7, into: &sink)
    let merged = try Segment(SharedBytes(sink.bytes), path: "merged", collection: 7)
    #expect((0..<merged.pointCount).map { merged.point(at: $0) } == expected, "seed \(seed)")
    let audit = try SegmentAudit(
      LiveSegment(merged), configuration: Self.configuration, path: "merged")
    #expect(audit.findings == [], "seed \(seed)")
    // Merged alone, the same again.
    var again = MemorySink()
    try SegmentMerger.merge(
      [LiveSegment(merged)], configuration: Self.configuration, collection: 7, into: &again)
    #expect(again.bytes == sink.bytes, "seed \(seed)")
  }
}

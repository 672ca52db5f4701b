import JSONCodec
import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct PayloadIndexSectionTests {
  private func payload(_ payloads: [JSONObject]) throws -> PayloadSection {
    var writer = PayloadSectionWriter()
    for payload in payloads { writer.append(payload) }
    return try PayloadSection(
      SharedBytes(writer.finish()), pointCount: payloads.count, path: "test", baseOffset: 0)
  }

  private func open(_ bytes: [UInt8], _ payload: PayloadSection) throws -> PayloadIndexSection {
    try PayloadIndexSection(
      SharedBytes(bytes), payload: payload, path: "test", baseOffset: 0)
  }

  private static let payloads: [JSONObject] = [
    ["city": "Bonn", "tags": ["a", "b", "a"], "n": 5.0, "at": "1970-01-01T00:00:01Z"],
    [
      "city": ["Bonn", "Köln"], "n": [7, "x", 7.5], "o": ["id": "550E8400E29B41D4A716446655440000"],
    ],
    ["city": 3, "g": [["lon": 1, "lat": 2], ["lon": 3, "lat": 4]], "t": ["Red car", "blue"]],
    ["at": ["x", "1970-01-01"], "t": "red"],
  ]

  private static let indexes: [ByteString: PayloadIndexParameters] = [
    "city": PayloadIndexParameters(kind: .keyword), "tags": PayloadIndexParameters(kind: .keyword),
    "n": PayloadIndexParameters(kind: .integer), "at": PayloadIndexParameters(kind: .datetime),
    "o.id": PayloadIndexParameters(kind: .uuid), "g": PayloadIndexParameters(kind: .geo),
    "t": PayloadIndexParameters(kind: .text, parameters: ["type": "text"]),
    "none": PayloadIndexParameters(kind: .float),
  ]

  @Test func `values are those of the index's kind, unwrapped`() throws {
    let payload = try payload(Self.payloads)
    let section = try open(PayloadIndexWriter.write(payload, indexes: Self.indexes), payload)
    let values = { (key: String) in
      let index = section.index(for: try JSONPath(parsing: key))!
      return (0..<4).map { index.values(at: $0) }
    }
    #expect(try values("city") == [["Bonn"], ["Bonn", "Köln"], [], []])
    #expect(try values("n") == [[5], [7], [], []])
    #expect(try values("at") == [[1_000_000], [], [], [0]])
    #expect(try values("o.id") == [[], ["550e8400-e29b-41d4-a716-446655440000"], [], []])
    #expect(try values("none") == [[], [], [], []])
    let geo = try #require(section.index(for: JSONPath(first: "g")))
    #expect(geo.places(at: 2).map(\.longitude) == [1, 3])
    #expect(geo.places(at: 0).isEmpty)
    #expect(section.index(for: JSONPath(first: "other")) == nil)
  }

  @Test func `facets count a point once for each of its values`() throws {
    let payload = try payload(Self.payloads)
    let section = try open(PayloadIndexWriter.write(payload, indexes: Self.indexes), payload)
    let counts = { (key: String, mask: PointMask) in
      Dictionary(
        uniqueKeysWithValues: section.index(for: JSONPath(first: key))!
          .facetCounts(among: mask).map { ($0.value.description, $0.count) })
    }
    let all = PointMask(count: 4, filled: true)
    #expect(counts("city", all) == ["\"Bonn\"": 2, "\"Köln\"": 1])
    #expect(counts("tags", all) == ["\"a\"": 1, "\"b\"": 1])
    var one = PointMask(count: 4)
    one[1] = true
    #expect(counts("city", one) == ["\"Bonn\"": 1, "\"Köln\"": 1])
    #expect(counts("tags", one) == [:])
  }

  @Test func `every truncation is refused, and no flipped bit traps`() throws {
    let payload = try payload(Self.payloads)
    let bytes = PayloadIndexWriter.write(payload, indexes: Self.indexes)
    for count in 0..<bytes.count {
      #expect(throws: StorageError.self) { try open(Array(bytes[..<count]), payload) }
    }
    let semantics = FilterSemantics(payloadIndexes: Self.indexes)
    let tests: [(String, FieldCondition)] = [
      ("city", .matchValue(.string("Bonn"))), ("n", .matchValue(.integer(7))),
      ("n", .range(NumberRange(gt: 0))), ("at", .datetimeRange(DatetimeRange(gt: .min))),
      ("g", .geoRadius(center: GeoPoint(longitude: 0, latitude: 0), radius: 1e6)),
      ("t", .matchText("red car")), ("t", .matchPhrase("red car")), ("t", .matchTextAny("red x")),
    ]
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        guard let section = try? open(flipped, payload) else { continue }
        let scope = Scope(payload: payload, payloadIndexes: section)
        for (key, test) in tests {
          _ = FilterEvaluator(scope, semantics: semantics)
            .evaluate(Filter(must: [.field(key: JSONPath(first: key), test)]))
        }
        for index in section.indexes {
          for offset in 0..<4 { _ = (index.values(at: offset), index.places(at: offset)) }
          _ = index.facetCounts(among: PointMask(count: 4, filled: true))
        }
      }
    }
  }

  private struct Scope: FilterScope {
    let payload: PayloadSection
    let payloadIndexes: PayloadIndexSection?
    var pointCount: Int { payload.pointCount }
    func offset(of id: PointID) -> Int? { nil }
    func id(at offset: Int) -> PointID { .integer(UInt64(offset)) }
    func vectorMask(named name: String) -> PointMask? { nil }
  }
}

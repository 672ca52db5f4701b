import JSONCodec
import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct PayloadSectionTests {
  private func write(_ payloads: [JSONObject]) -> [UInt8] {
    var writer = PayloadSectionWriter()
    for payload in payloads { writer.append(payload) }
    return writer.finish()
  }

  private func open(_ bytes: [UInt8], pointCount: Int) throws -> PayloadSection {
    try PayloadSection(SharedBytes(bytes), pointCount: pointCount, path: "test", baseOffset: 0)
  }

  private func roundTrip(_ payloads: [JSONObject]) throws -> PayloadSection {
    let section = try open(write(payloads), pointCount: payloads.count)
    for (offset, payload) in payloads.enumerated() {
      #expect(section.payload(at: offset) == payload, "point \(offset)")
    }
    return section
  }

  @Test func `the example of the format document is what is written`() throws {
    let payloads: [JSONObject] = [
      ["age": 25, "gender": "M"], ["age": 56, "gender": nil],
    ]
    let hex = """
      01 00 00 00  02 00 00 00
      03 61 67 65  02 00 01 04  18
      06 67 65 6e 64 65 72  01 02 01 04  38
      00 00 00
      02 00 00 00 00 00 00 00
      19 00 00 00 00 00 00 00
      00 1f 00 00 00 00 00 00
      02 00 00 00 00 00 00 00
      01 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00
      02 00 00 00 00 00 00 00
      00 00 00 00  01 00 00 00
      4d 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00
      """
    let expected = hex.split(whereSeparator: \.isWhitespace).map { UInt8($0, radix: 16)! }
    #expect(write(payloads) == expected)
    #expect(try open(expected, pointCount: 2).payload(at: 1) == payloads[1])
  }

  @Test func `no points and empty payloads take no column`() throws {
    #expect(try roundTrip([]).columns.isEmpty)
    #expect(try roundTrip([[:], [:]]).columns.isEmpty)
  }

  @Test func `columns take the type of their values`() throws {
    let section = try roundTrip([
      [
        "s": "a", "i": 1, "f": 1.5, "b": true, "m": 1, "o": ["x": 1], "n": nil,
        "big": .unsigned(.max),
      ],
      ["s": ["b", "a"], "i": [], "f": [2.0], "b": [false, true], "m": "x", "o": [1], "n": nil],
      [:],
      ["s": nil, "i": [.integer(.min), .integer(.max)], "f": nil, "b": nil, "m": 5.0, "n": []],
    ])
    let kinds = Dictionary(uniqueKeysWithValues: section.columns.map { ($0.name, $0.kind) })
    #expect(
      kinds == [
        "s": .dictionary, "i": .integer, "f": .float, "b": .bool, "m": .raw, "o": .raw, "n": .raw,
        "big": .raw,
      ])
    #expect(section.columns.map(\.name) == ["s", "i", "f", "b", "m", "o", "n", "big"])
  }

  @Test func `an integer and a double of the same value stay apart`() throws {
    _ = try roundTrip([["x": 5], ["x": 5.0], ["x": -0.0], ["x": 0]])
    #expect(try roundTrip([["x": 5.0]]).column(named: "x")?.kind == .float)
  }

  @Test func `strings that differ only in their spelling of a character stay apart`() throws {
    _ = try roundTrip([["\u{E9}": "\u{E9}", "e\u{301}": "e\u{301}"], ["e\u{301}": "\u{E9}"]])
  }

  @Test(arguments: [200, 300, 70_000])
  func `codes widen with the dictionary`(_ count: Int) throws {
    let payloads = (0..<count).map {
      JSONObject(dictionaryLiteral: ("t", .string("title \($0 % 90_000)")))
    }
    let section = try roundTrip(payloads)
    let column = try #require(section.column(named: "t"))
    #expect(column.entryCount == count)
    #expect(column.code(of: "title 7").map { column.entry($0) } == "title 7")
    #expect(column.code(of: "title") == nil)
    #expect(column.code(of: "zzz") == nil)
  }

  @Test func `keys beyond the 256th share the overflow`() throws {
    var wide = JSONObject()
    for index in 0..<300 { wide["f\(index)"] = .integer(Int64(index)) }
    let section = try roundTrip([["a": 1], wide, [:], ["f299": "x"]])
    #expect(section.columns.count == 256)
    #expect(section.overflow != nil)
    #expect(section.value(at: 1, key: "f280") == 280)
    #expect(section.value(at: 3, key: "f299") == "x")
    #expect(section.value(at: 0, key: "f299") == nil)
  }

  @Test func `parts of a payload are read by path`() throws {
    let section = try roundTrip([["a": 1, "b": ["c": 2, "d": 3], "e": [["f": 1, "g": 2]]]])
    let paths = try ["b.c", "e[].g", "zzz"].map { try JSONPath(parsing: $0) }
    #expect(
      section.payload(at: 0, including: JSONPathTree(paths)) == ["b": ["c": 2], "e": [["g": 2]]])
    #expect(
      section.payload(at: 0, excluding: JSONPathTree(paths)) == [
        "a": 1, "b": ["d": 3], "e": [["f": 1]],
      ])
    #expect(section.payload(at: 0, including: JSONPathTree([JSONPath(first: "a")])) == ["a": 1])
  }

  /// Payloads that mix everything, with fields that mostly keep a type.
  private func randomPayloads(_ random: inout SeededGenerator) -> [JSONObject] {
    let count = Int.random(in: 0...150, using: &random)
    return (0..<count).map { _ in
      var payload = JSONObject()
      if !random.oneIn(4) { payload["int"] = .integer(.random(in: -100...70_000, using: &random)) }
      if !random.oneIn(4) {
        payload["word"] = .string(["x", "y", "", "é"].randomElement(using: &random)!)
      }
      if random.oneIn(3) { payload["maybe"] = random.oneIn(2) ? .null : .double(0.25) }
      if random.oneIn(3) {
        payload["words"] = .array(
          (0..<Int.random(in: 0...3, using: &random)).map { _ in
            .string(JSONValue.randomText(using: &random))
          })
      }
      if random.oneIn(3) { payload["ints"] = random.oneIn(2) ? [1, 2] : 7 }
      if random.oneIn(3) { payload["bools"] = random.oneIn(2) ? [true] : false }
      if random.oneIn(30) { payload["int"] = .random(depth: 2, using: &random) }
      if random.oneIn(5) { payload["any"] = .random(depth: 3, using: &random) }
      return payload
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `random payloads survive`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    _ = try roundTrip(randomPayloads(&random))
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `merging keeps every payload`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var inputs = (0..<Int.random(in: 1...4, using: &random)).map { _ in randomPayloads(&random) }
    if random.oneIn(10) {
      var wide = JSONObject()
      for index in 0..<300 { wide["f\(index)"] = .integer(Int64(index)) }
      inputs[0].append(wide)
    }
    let sections = try inputs.map { try open(write($0), pointCount: $0.count) }
    var order: [MergeOrder.Source] = []
    for (input, payloads) in inputs.enumerated() {
      for offset in payloads.indices where !random.oneIn(3) {
        order.append(.init(input: UInt32(input), offset: UInt32(offset)))
      }
    }
    order.shuffle(using: &random)
    let bytes = try merge(sections, order)
    let merged = try open(bytes, pointCount: order.count)
    let payloads = order.map { inputs[Int($0.input)][Int($0.offset)] }
    for (point, payload) in payloads.enumerated() {
      #expect(merged.payload(at: point) == payload, "seed \(seed) \(point)")
    }
    // Without an overflow only the order of the columns may differ.
    if sections.allSatisfy({ $0.overflow == nil }) {
      #expect(bytes.count == write(payloads).count, "seed \(seed)")
      for column in try open(write(payloads), pointCount: order.count).columns {
        #expect(merged.column(named: column.name)?.kind == column.kind, "seed \(seed)")
      }
    }
  }

  private func merge(
    _ sections: [PayloadSection], _ order: [MergeOrder.Source]
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try PayloadSectionMerger(sections, sources: order).write {
      (piece) throws(StorageError) in bytes.append(contentsOf: piece)
    }
    return bytes
  }

  @Test func `more fields than columns keep every payload`() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20 {
      let inputs = (0..<3).map { input in
        (0..<3).map { _ in
          var payload = JSONObject()
          for field in (0..<400).shuffled(using: &random).prefix(
            .random(in: 0...300, using: &random))
          {
            payload["f\(field)"] = random.oneIn(5) ? "text" : .integer(Int64(input))
          }
          return payload
        }
      }
      var sections = try inputs.map { try open(write($0), pointCount: $0.count) }
      var order = (0..<3).flatMap { input in
        (0..<3).map { MergeOrder.Source(input: input, offset: $0) }
      }
      // Merged twice, some points left out in between.
      let first = try open(merge(sections, order), pointCount: order.count)
      var payloads = inputs.flatMap(\.self)
      #expect((0..<9).map { first.payload(at: $0) } == payloads)
      let kept = (0..<9).filter { _ in random.oneIn(2) }
      order = kept.map { MergeOrder.Source(input: 1, offset: UInt32($0)) }
      sections = [sections[0], first]
      payloads = kept.map { payloads[$0] }
      let second = try open(merge(sections, order), pointCount: order.count)
      #expect(kept.indices.map { second.payload(at: $0) } == payloads)
      // Fields come back from the overflow when there are columns for them.
      let fieldCount = Set(payloads.flatMap { $0.members.map(\.name) }).count
      #expect((second.overflow == nil) == (fieldCount <= 256))
    }
  }

  // MARK: Damage

  private static let damaged: [JSONObject] = [
    ["s": "a", "i": 1000, "f": 1.5, "b": true, "m": 1, "w": ["x", "y"]],
    ["s": ["b", "ab"], "m": "x", "o": ["k": 1], "i": nil],
    [:],
    ["i": 7, "w": []],
  ]

  @Test func `every truncation is refused`() throws {
    let bytes = write(Self.damaged)
    for count in 0..<bytes.count {
      #expect(throws: StorageError.self) { try open(Array(bytes[..<count]), pointCount: 4) }
    }
    #expect(throws: StorageError.self) { try open(bytes + [0], pointCount: 4) }
    #expect(throws: StorageError.self) { try open(bytes, pointCount: 5) }
    #expect(throws: StorageError.self) { try open(bytes, pointCount: 3) }
  }

  @Test func `no flipped bit traps, on opening or later`() throws {
    let bytes = write(Self.damaged)
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        guard let section = try? open(flipped, pointCount: 4) else { continue }
        for offset in 0..<4 { _ = section.payload(at: offset) }
        let source = (0..<4).map { MergeOrder.Source(input: 0, offset: $0) }
        _ = try? merge([section], source)
      }
    }
  }

  @Test func `a later format is refused as such`() throws {
    var bytes = write([["a": 1]])
    bytes[0] = 2
    #expect(throws: StorageError.newerFormat(path: "test", found: 2, supported: 1)) {
      try open(bytes, pointCount: 1)
    }
  }
}

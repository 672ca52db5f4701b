import JSONCodec
import SparseIndex
import TestSupport
import Testing

@Suite struct FilterEvaluatorTests {
  private func members(_ mask: PointMask) -> [Int] {
    var members: [Int] = []
    mask.forEach { members.append($0) }
    return members
  }

  private static let words =
    ["red", "Blue", "", "red car", "a-b a", "日本"] + JSONValue.equivalentTexts

  private func randomValue(_ field: String, _ random: inout SeededGenerator) -> JSONValue? {
    if random.oneIn(5) { return nil }
    if random.oneIn(12) { return .null }
    if random.oneIn(60) { return .random(depth: 2, using: &random) }
    let scalar: (inout SeededGenerator) -> JSONValue = { random in
      switch field {
      case "int": .integer(.random(in: -3...3, using: &random))
      case "big": .integer(Int64.random(in: .min ... .max, using: &random) / 3)
      case "extreme", "mixed": JSONValue.extremeNumbers.randomElement(using: &random)!
      case "Å", "\u{212B}", "A\u{30A}": .string(Self.words.randomElement(using: &random)!)
      case "float": .double(Double(Int.random(in: -4...4, using: &random)) / 2)
      case "word": .string(Self.words.randomElement(using: &random)!)
      case "title": .string(Self.words.randomElement(using: &random)! + " red")
      case "id": .string(Self.uuids.randomElement(using: &random)!)
      case "bool": .bool(.random(using: &random))
      case "time":
        .string(["2020-01-01", "2021-05-05T10:00:00Z", "x"].randomElement(using: &random)!)
      case "geo":
        [
          "lon": .double(.random(in: -10...10, using: &random)),
          "lat": .integer(.random(in: -10...10, using: &random)),
        ]
      default:
        [
          "a": .integer(.random(in: 0...3, using: &random)),
          "b": random.oneIn(3) ? [1, 2] : .string(Self.words.randomElement(using: &random)!),
        ]
      }
    }
    if random.oneIn(4) {
      return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in scalar(&random) })
    }
    return scalar(&random)
  }

  private static let uuids = [
    "550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440000", "none",
  ]

  private static let fields = [
    "int", "big", "float", "word", "bool", "time", "geo", "object", "id", "title", "extreme",
    "mixed", "Å", "\u{212B}", "A\u{30A}",
  ]

  private func randomPayloads(_ random: inout SeededGenerator) -> [JSONObject] {
    (0..<Int.random(in: 0...200, using: &random)).map { _ in
      var payload = JSONObject()
      for field in Self.fields { payload[field] = randomValue(field, &random) }
      return payload
    }
  }

  private func randomKey(_ random: inout SeededGenerator) -> JSONPath {
    let first = random.oneIn(15) ? "missing" : Self.fields.randomElement(using: &random)!
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return JSONPath(first: first, rest: [.everyElement])
    case 1: return JSONPath(first: first, rest: [.index(0)])
    case 2: return JSONPath(first: first, rest: [.name("a")])
    case 3: return JSONPath(first: first, rest: [.everyElement, .name("b")])
    default: return JSONPath(first: first)
    }
  }

  private func randomMatch(_ random: inout SeededGenerator) -> MatchValue {
    switch Int.random(in: 0..<3, using: &random) {
    case 0: .string(ByteString((Self.words + Self.uuids).randomElement(using: &random)!))
    case 1: .integer(.random(in: -3...3, using: &random))
    default: .bool(.random(using: &random))
    }
  }

  private func randomBound(_ random: inout SeededGenerator) -> ExactNumber? {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: .double(Double(Int.random(in: -4...4, using: &random)) / 2)
    case 1: .double(.random(in: -4e18...4e18, using: &random))
    case 2: random.oneIn(2) ? -1e19 : 0x1p63
    case 3: ExactNumber(JSONValue.extremeNumbers.randomElement(using: &random)!)
    default: nil
    }
  }

  private func randomTest(_ random: inout SeededGenerator) -> FieldCondition {
    let point = { (random: inout SeededGenerator) in
      GeoPoint(
        longitude: .random(in: -12...12, using: &random),
        latitude: .random(in: -12...12, using: &random))
    }
    let text = (Self.words + ["car red", "red red", "a b"]).randomElement(using: &random)!
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1: return .matchValue(randomMatch(&random))
    case 2:
      return .matchAny(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in randomMatch(&random) })
    case 3:
      return .matchExcept(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in randomMatch(&random) })
    case 4: return .matchText(ByteString(text))
    case 5: return .matchTextAny(ByteString(text))
    case 6: return .matchPhrase(ByteString(text))
    case 7: return .matchPrefix(ByteString(String(text.unicodeScalars.prefix(1))))
    case 8: return .matchSubstring(ByteString(String(text.unicodeScalars.suffix(1))))
    case 9, 10:
      return .range(
        NumberRange(
          lt: randomBound(&random), gt: randomBound(&random), gte: randomBound(&random),
          lte: randomBound(&random)))
    case 11: return .datetimeRange(DatetimeRange(gt: Datetime.microseconds("2020-06-01")))
    case 12:
      return random.oneIn(2)
        ? .geoBoundingBox(topLeft: point(&random), bottomRight: point(&random))
        : .geoRadius(center: point(&random), radius: 700_000)
    case 13:
      let corner = point(&random)
      return .geoPolygon(
        exterior: [corner, point(&random), point(&random), point(&random), corner], interiors: [])
    case 14:
      return .valuesCount(
        CountRange(
          lt: random.oneIn(2) ? Int.random(in: 0...3, using: &random) : nil,
          gte: random.oneIn(2) ? Int.random(in: 0...3, using: &random) : nil))
    default: return random.oneIn(2) ? .isEmpty(random.oneIn(2)) : .isNull(random.oneIn(2))
    }
  }

  private func randomCondition(_ depth: Int, _ random: inout SeededGenerator) -> Condition {
    switch Int.random(in: 0..<(depth > 0 ? 14 : 11), using: &random) {
    case 0: return .isEmpty(key: randomKey(&random))
    case 1: return .isNull(key: randomKey(&random))
    case 2:
      return .hasID((0..<20).map { _ in .integer(.random(in: 0...300, using: &random)) })
    case 3: return .hasVector(["v", "w", "unknown"].randomElement(using: &random)!)
    case 4: return .slice(index: .random(in: 0..<3, using: &random), total: 3)
    case 11: return .filter(randomFilter(depth - 1, &random))
    case 12:
      return .nested(key: JSONPath(first: "object"), randomFilter(depth - 1, &random))
    case 13:
      return .nested(
        key: JSONPath(first: "object"),
        Filter(must: [
          .field(key: JSONPath(first: "a"), .range(NumberRange(gte: 1))),
          .field(key: JSONPath(first: "b"), randomTest(&random)),
        ]))
    default: return .field(key: randomKey(&random), randomTest(&random))
    }
  }

  private func randomFilter(_ depth: Int, _ random: inout SeededGenerator) -> Filter {
    let list = { (random: inout SeededGenerator) in
      random.oneIn(2)
        ? []
        : (0..<Int.random(in: 0...3, using: &random)).map { _ in
          randomCondition(depth, &random)
        }
    }
    var filter = Filter(must: list(&random), should: list(&random), mustNot: list(&random))
    if random.oneIn(4) {
      filter.minShould = Filter.MinShould(
        conditions: list(&random), minCount: .random(in: 1...2, using: &random))
    }
    return filter
  }

  private static let indexes: [ByteString: PayloadIndexParameters] = [
    "int": PayloadIndexParameters(kind: .integer),
    "big": PayloadIndexParameters(kind: .integer),
    "float": PayloadIndexParameters(kind: .float),
    "word": PayloadIndexParameters(
      kind: .text, parameters: ["type": "text", "tokenizer": "prefix", "min_token_len": 1]),
    "bool": PayloadIndexParameters(kind: .bool),
    "time": PayloadIndexParameters(kind: .datetime),
    "geo": PayloadIndexParameters(kind: .geo),
    "geo[].lat": PayloadIndexParameters(kind: .float),
    "id": PayloadIndexParameters(kind: .uuid),
    "title": PayloadIndexParameters(kind: .text),
    "object[].b": PayloadIndexParameters(kind: .keyword),
    "object.a": PayloadIndexParameters(kind: .integer),
    "missing": PayloadIndexParameters(kind: .keyword),
    "extreme": PayloadIndexParameters(kind: .float),
    "mixed": PayloadIndexParameters(kind: .integer),
    "Å": PayloadIndexParameters(kind: .keyword),
    "\u{212B}": PayloadIndexParameters(kind: .text),
  ]

  @Test(arguments: 0..<500 as Range<UInt64>)
  func `masks are what asking each point gives, with and without indexes`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let payloads = randomPayloads(&random)
    var vector = PointMask(count: payloads.count)
    for offset in payloads.indices where random.oneIn(2) { vector[offset] = true }
    let indexes = random.oneIn(3) ? [:] : Self.indexes.filter { _ in !random.oneIn(3) }
    let semantics = FilterSemantics(payloadIndexes: indexes)
    // A segment's indexes may be missing or those of an earlier configuration.
    let stored = [nil, indexes, indexes, Self.indexes].randomElement(using: &random)!
    let scope = try PayloadScope(
      payloads,
      vectors: ["v": vector, "w": PointMask(count: payloads.count, filled: true)], indexes: stored)
    let evaluator = FilterEvaluator(scope, semantics: semantics)
    for round in 0..<30 {
      // Single conditions first: they say most about what is wrong.
      let filter =
        round < 20
        ? Filter(must: [randomCondition(0, &random)]) : randomFilter(2, &random)
      let expected = scope.expected(filter, semantics)
      #expect(members(evaluator.evaluate(filter)) == expected, "seed \(seed): \(filter)")
      #expect(
        members(evaluator.evaluate(filter, among: vector)) == expected.filter { vector[$0] },
        "seed \(seed): \(filter)")
    }
  }

  @Test(arguments: [1, 2, 4, 8], [1, 63, 64, 65, 200])
  func `integer columns of every width compare as integers`(_ width: Int, _ count: Int) throws {
    var random = SeededGenerator(seed: UInt64(width))
    let step = [1: 1, 2: 250, 4: 10_000_000, 8: 40_000_000_000_000_000][width]! as Int64
    let payloads = (0..<count).map { _ in
      JSONObject(
        dictionaryLiteral: ("x", .integer(step * .random(in: -100...100, using: &random))))
    }
    let scope = try PayloadScope(payloads)
    for bound in stride(from: -110, through: 110, by: 5) {
      for filter in [
        Filter(must: [.field(key: JSONPath(first: "x"), .matchValue(.integer(step * Int64(bound))))]
        ),
        Filter(must: [
          .field(
            key: JSONPath(first: "x"),
            .range(NumberRange(gt: .double(Double(step) * Double(bound)))))
        ]),
        Filter(must: [
          .field(key: JSONPath(first: "x"), .range(NumberRange(lte: .integer(step * Int64(bound)))))
        ]),
        Filter(must: [
          .field(
            key: JSONPath(first: "x"), .matchAny([.integer(0), .integer(step * Int64(bound))]))
        ]),
      ] {
        #expect(
          members(FilterEvaluator(scope).evaluate(filter)) == scope.expected(filter, .init()))
      }
    }
  }

  @Test func `fields in the overflow are filtered too`() throws {
    var wide = JSONObject()
    for index in 0..<300 { wide["f\(index)"] = .integer(Int64(index)) }
    let scope = try PayloadScope([["a": 1], wide, ["f299": 299]])
    let key = JSONPath(first: "f299")
    let evaluator = FilterEvaluator(scope)
    #expect(
      members(evaluator.evaluate(Filter(must: [.field(key: key, .matchValue(.integer(299)))])))
        == [1, 2])
    #expect(members(evaluator.evaluate(Filter(must: [.isEmpty(key: key)]))) == [0])
  }
}

import JSONCodec
import Testing

/// Objects with enough members that anything quadratic would take minutes.
@Suite(.timeLimit(.minutes(1))) struct JSONObjectTests {
  private static let count = 20_000

  @Test(arguments: [2, 15, 16, 17, 18, 63, 64, 65, 5000])
  func `of names that repeat the last value stands in the first one's place`(count: Int) throws {
    // Canonically equivalent ones among them.
    let names = (0..<count).map { index in
      index % 7 == 0 ? "e\u{301}\(index)" : index % 7 == 1 ? "\u{e9}\(index - 1)" : "\(index)"
    }
    let text = (names + names.reversed()).enumerated()
      .map { "\"\($1)\":\($0)" }.joined(separator: ",")
    let object = try #require(JSONValue.parse("{\(text)}").asObject)
    #expect(object.members.map { Array($0.name.utf8) } == names.map { Array($0.utf8) })
    #expect(
      object.members.map(\.value) == (0..<count).map { .integer(Int64(2 * count - 1 - $0)) })
  }

  private static func object(_ names: some Sequence<Int>) -> JSONObject {
    JSONObject(
      uniqueMembers: names.map { .init(name: "name \($0)", value: .integer(Int64($0))) })
  }

  /// Without printing them.
  private static func expectEqual(
    _ left: JSONObject, _ right: JSONObject, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isEqual = left == right
    #expect(isEqual, sourceLocation: sourceLocation)
  }

  @Test func `setting many names one by one keeps their order`() {
    var object = JSONObject()
    for number in 0..<Self.count { object["name \(number)"] = .integer(0) }
    for number in 0..<Self.count { object["name \(number)"] = .integer(Int64(number)) }
    Self.expectEqual(object, Self.object(0..<Self.count))
    let isInOrder = object.members.map(\.name) == (0..<Self.count).map { "name \($0)" }
    #expect(isInOrder)
  }

  @Test func `merging many members replaces, removes and appends`() {
    var object = Self.object(0..<Self.count)
    let half = Self.count / 2
    let changes = JSONObject(
      uniqueMembers: (half..<Self.count + half).map {
        .init(name: "name \($0)", value: $0 % 2 == 0 ? .null : "new")
      })
    object.merge(changes)
    #expect(object.count == half + Self.count / 2)
    #expect(object["name 3"] == 3)
    #expect(object["name \(half)"] == nil)
    #expect(object["name \(half + 1)"] == "new")
    #expect(object.members.last?.name == "name \(Self.count + half - 1)")
    object["name 3"] = nil
    object["name 4"] = "four"
    #expect(object["name 3"] == nil)
    #expect(object["name 4"] == "four")
  }

  @Test func `a merge of many members is what one of few is`() {
    var small = Self.object(0..<20)
    var large = small
    let changes = JSONObject(
      uniqueMembers: (10..<40).map {
        .init(name: "name \($0)", value: $0 % 3 == 0 ? .null : .integer(0))
      })
    large.merge(changes)
    for member in changes.members { small.merge(JSONObject(uniqueMembers: [member])) }
    #expect(small.members == large.members)
  }

  @Test func `of repeated names in a literal the last value wins`() {
    #expect(["a": 1, "b": 2, "a": 3] as JSONValue == ["a": 3, "b": 2])
    #expect(["a": 1, "b": 2, "a": 3] as JSONObject == ["b": 2, "a": 3])
  }

  @Test func `equality ignores the order of many members`() {
    Self.expectEqual(Self.object(0..<Self.count), Self.object((0..<Self.count).reversed()))
    let isEqual = Self.object(0..<Self.count) == Self.object(1...Self.count)
    #expect(!isEqual)
  }

  @Test func `equality of nested objects in another order takes no time that doubles by level`() {
    var left: JSONValue = ["x": 1, "y": 2]
    var right: JSONValue = ["y": 2, "x": 1]
    var other: JSONValue = ["y": 2, "x": 3]
    for _ in 0..<60 {
      left = ["a": left, "b": 0]
      right = ["a": right, "b": 0]
      other = ["b": 0, "a": other]
    }
    let (isEqual, isOtherEqual) = (left == right, left == other)
    #expect(isEqual)
    #expect(!isOtherEqual)
  }

  @Test func `many paths are selected, excluded and removed at once`() throws {
    let object: JSONObject = ["a": .object(Self.object(0..<Self.count)), "b": 1]
    let paths = (1..<Self.count).map { JSONPath(first: "a", rest: [.name("name \($0)")]) }
    let rest: JSONObject = ["a": ["name 0": 0], "b": 1]
    Self.expectEqual(JSONPathTree(paths).remainder(of: object), rest)
    #expect(JSONPathTree(paths).selection(of: object)["a"]?.asObject?.count == Self.count - 1)
    var remaining = object
    remaining.removeValues(at: JSONPathTree(paths))
    Self.expectEqual(remaining, rest)
  }

  @Test func `a path has a most of steps`() throws {
    let longest = "a" + String(repeating: ".a", count: JSONPath.maxStepCount)
    #expect(try JSONPath(parsing: longest).rest.count == JSONPath.maxStepCount)
    #expect(throws: InvalidJSONPath.self) { try JSONPath(parsing: longest + "[]") }
    #expect(throws: InvalidJSONPath.self) {
      try JSONPath(parsing: "a" + String(repeating: "[]", count: 1_000_000))
    }
  }
}

import JSONCodec
import Testing

@Suite struct JSONPathTests {
  @Test func `paths parse and print`() throws {
    let path = try JSONPath(parsing: #"foo[1][50].bar-baz[]."qux[.]quux".é_1"#)
    #expect(path.first == "foo")
    #expect(
      path.rest == [
        .index(1), .index(50), .name("bar-baz"), .everyElement, .name("qux[.]quux"), .name("é_1"),
      ])
    #expect(path.description == #"foo[1][50].bar-baz[]."qux[.]quux".é_1"#)
    #expect(try JSONPath(parsing: #""""#).first == "")
    #expect(JSONPath(first: "a b", rest: [.name("")]).description == ##""a b"."""##)
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "a[", "a[-1]", "a[x]", "a]", "a b", "\"a", "a\"b\"", "[0]",
    "a[99999999999999999999]", "a[0]b",
  ])
  func `what is no path is refused`(_ text: String) {
    #expect(throws: InvalidJSONPath(text: text)) { try JSONPath(parsing: text) }
  }

  private let document = try! JSONValue.parse(
    #"{"a":{"b":[{"c":1},{"c":2},{"d":{"e":3}},7]},"f":3,"g":["x",["y"]],"n":null}"#
  ).asObject!

  @Test(arguments: [
    ("a.b", #"[[{"c":1},{"c":2},{"d":{"e":3}},7]]"#), ("a.b[].c", "[1,2]"), ("a.b.c", "[]"),
    ("a.b[1].c", "[2]"), ("a.b[9]", "[]"), ("g[]", #"["x",["y"]]"#), ("g[][]", #"["y"]"#),
    ("f[]", "[]"), ("f[0]", "[]"), ("n", "[null]"), ("n.x", "[]"), ("zzz", "[]"),
  ])
  func `lookup steps through arrays only where told`(_ path: String, _ expected: String) throws {
    let values = document.values(at: try JSONPath(parsing: path))
    #expect(JSONValue.array(values) == (try JSONValue.parse(expected)))
  }

  @Test(arguments: [
    ("a.b[].c", #"{"a":{"b":[{"c":1},{"c":2},{},7]}}"#), ("f", #"{"f":3}"#),
    ("a.b.c", #"{"a":{"b":[]}}"#), ("f.x", #"{"f":3}"#), ("g[0]", #"{"g":[]}"#),
  ])
  func `selecting keeps what lies on the path`(_ path: String, _ expected: String) throws {
    #expect(
      JSONValue.object(JSONPathTree([try JSONPath(parsing: path)]).selection(of: document))
        == (try JSONValue.parse(expected)))
  }

  @Test func `excluding drops what lies below the path`() throws {
    let paths = try ["a.b[].c", "g", "n.x", "f[]"].map { try JSONPath(parsing: $0) }
    #expect(
      JSONValue.object(JSONPathTree(paths).remainder(of: document))
        == (try JSONValue.parse(#"{"a":{"b":[{},{},{"d":{"e":3}},7]},"f":3,"n":null}"#)))
  }

  @Test(arguments: [
    ("a", #"{"a":{"x":1,"b":[1,{"c":2}]}}"#), ("a.b", #"{"a":{"b":{"x":1}}}"#),
    ("a.b[]", #"{"a":{"b":[{"x":1},{"c":2,"x":1}]}}"#),
    ("a.b[1]", #"{"a":{"b":[1,{"c":2,"x":1}]}}"#), ("a.b[7]", #"{"a":{"b":[1,{"c":2}]}}"#),
    ("z.y", #"{"a":{"b":[1,{"c":2}]},"z":{"y":{"x":1}}}"#),
    ("z[]", #"{"a":{"b":[1,{"c":2}]},"z":[]}"#),
  ])
  func `merging at a path makes what is missing`(_ path: String, _ expected: String) throws {
    var object = try JSONValue.parse(#"{"a":{"b":[1,{"c":2}]}}"#).asObject!
    object.merge(["x": 1, "gone": nil], at: try JSONPath(parsing: path))
    #expect(JSONValue.object(object) == (try JSONValue.parse(expected)))
  }

  @Test(arguments: [
    ("a", #"{}"#), ("a.b", #"{"a":{}}"#), ("a.b[]", #"{"a":{"b":[]}}"#),
    ("a.b[].c", #"{"a":{"b":[1,{}]}}"#), ("a.b[1]", #"{"a":{"b":[1,{"c":2}]}}"#),
    ("a.b[1].c", #"{"a":{"b":[1,{}]}}"#), ("x.y", #"{"a":{"b":[1,{"c":2}]}}"#),
  ])
  func `removing takes what the path leads to`(_ path: String, _ expected: String) throws {
    var object = try JSONValue.parse(#"{"a":{"b":[1,{"c":2}]}}"#).asObject!
    object.removeValues(at: try JSONPath(parsing: path))
    #expect(JSONValue.object(object) == (try JSONValue.parse(expected)))
  }
}

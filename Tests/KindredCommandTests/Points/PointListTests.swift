import JSONCodec
import KindredCommand
import Testing

struct PointListTests {
  private func ids(_ text: String) throws -> [String] {
    var list = PointList()
    try list.appendLines(Array(text.utf8))
    return list.points.map { $0.asObject?["id"]?.description ?? "" }
  }

  @Test(arguments: [
    (#"{"id":1}"#, ["1"]), ("{\"id\":1}\n\n {\"id\":2}\r\n", ["1", "2"]),
    (
      #"[{"id":1},{"id":"00000000-0000-0000-0000-000000000002"}]"#,
      ["1", "\"00000000-0000-0000-0000-000000000002\""]
    ),
    ("{\n\"points\": [\n{\"id\": 3}\n]\n}", ["3"]), (#"{"points":[{"id":3}]}"#, ["3"]),
    ("[\n{\"id\": 18446744073709551615}]", ["18446744073709551615"]),
  ])
  func `points are lines, lists, or one document`(text: String, expected: [String]) throws {
    #expect(try ids(text) == expected)
  }

  @Test(arguments: [
    ("", "standard input has no points"), (" \n\n", "standard input has no points"),
    ("{\"id\":1}\n{\"id\":2", "line 2 is not JSON"), ("5", "line 1: a point is an object"),
    ("{\"id\":1}\n[{\"id\":2},{}]", "line 2, element 2: the point has no `id`"),
    (#"{"id":1,"paylod":{}}"#, "no member `paylod`; did you mean 'payload'?"),
    ("nonsense", "line 1 is not JSON"), ("{\"id\":1}\n\u{FEFF}{", "line 2 is not JSON"),
  ])
  func `what is no point is refused with its place`(text: String, message: String) {
    let failure = #expect(throws: CommandFailure.self) { try ids(text) }
    #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
  }

  @Test func `points that were read back can be put again`() throws {
    var list = PointList()
    try list.append(
      Array(#"{"id":1,"payload":{"a":1},"vector":null,"score":0.5,"version":3}"#.utf8), from: "x")
    #expect(list.points.first?.description == #"{"id":1,"payload":{"a":1},"vector":{}}"#)
  }

  @Test func `batches hold all points in order, a bounded number each`() throws {
    var list = PointList()
    let text = (0..<2345).map { #"{"id":\#($0)}"# }.joined(separator: "\n")
    try list.appendLines(Array(text.utf8))
    let batches = list.batches()
    #expect(batches.map(\.pointCount) == [1000, 1000, 345])
    let ids = try batches.flatMap { batch in
      try JSONInput(JSONValue.parse(batch.body)).member("points").elements().map {
        try $0.int("id")
      }
    }
    #expect(ids == Array(0..<2345))
  }
}

import JSONCodec
import Testing

@Suite struct JSONInputTests {
  @Test func `errors name the path`() throws {
    let input = JSONInput(
      try JSONValue.parse(#"{"limit":3,"list":[{"x":"y"},5],"none":null,"key":"a..b"}"#))
    #expect(try input.int("limit", default: 10) == 3)
    #expect(try input.int("none", default: 10) == 10)
    #expect(try input.int("missing", default: 10) == 10)
    let elements = try input.member("list").elements()
    #expect(
      throws: JSONInputError(
        path: "list[0].x", message: "invalid type: string \"y\", expected an integer")
    ) { try elements[0].int("x") }
    #expect(
      throws: JSONInputError(
        path: "list[1]", message: "invalid type: integer `5`, expected an object")
    ) { try elements[1].member("x") }
    #expect(throws: JSONInputError(path: "", message: "missing field `offset`")) {
      try input.int("offset")
    }
    #expect(throws: JSONInputError(path: "key", message: "Invalid json path: 'a..b'")) {
      try input.member("key").keyPath()
    }
    #expect(try input.member("limit").oneOrMany().count == 1)
    #expect(try input.member("list").oneOrMany().map(\.path) == ["list[0]", "list[1]"])
  }
}

import JSONCodec
import KindredCommand
import Testing

struct PointTableTests {
  private func lines(_ text: String, width: Int? = nil) throws -> [String] {
    try PointTable(JSONInput(JSONValue.parse(text)).elements()).lines(width: width)
  }

  @Test func `fields are columns in the order of their appearance`() throws {
    #expect(
      try lines(
        """
        [{"id": 1, "payload": {"title": "One", "year": 1990}},
         {"id": 20, "payload": {"year": 5, "tags": ["a", "b"], "x": {"y": null}},
          "vector": {"r": {"indices": [1, 2], "values": [1, 2]}, "d": [1, 2, 3]}},
         {"id": 3, "payload": null, "vector": [[1], [2]]}]
        """)
        == [
          "id  title  year  tags  x           vectors",
          " 1  One    1990",
          "20            5  a, b  {\"y\":null}  r: 2 weights, d: 3 numbers",
          " 3                                 2 rows",
        ])
  }

  @Test func `many fields end in one column of JSON`() throws {
    let fields = (0..<10).map { "\"f\($0)\": \($0)" }.joined(separator: ", ")
    let lines = try lines("[{\"id\": \"u\", \"payload\": {\(fields)}}]")
    #expect(lines[1].hasPrefix("u    0   1") && lines[1].hasSuffix(#"{"f8":8,"f9":9}"#))
  }

  @Test func `facets have bars as long as their counts, where there is room`() {
    let hits = [
      (value: "Drama", count: 1000), (value: "Noir", count: 1), (value: "War", count: 500),
    ]
    let lines = FacetTable.lines("genre", hits, width: 37)
    #expect(lines[1] == "Drama   1,000  " + String(repeating: "█", count: 22))
    #expect(lines[2] == "Noir        1  ▏")
    #expect(lines[3] == "War       500  " + String(repeating: "█", count: 11))
    #expect(FacetTable.lines("genre", hits, width: 16)[1] == "Drama   1,000")
    #expect(
      FacetTable.lines("g", [(value: "x", count: 0)], width: 80) == ["g  points", "x       0"])
  }

  @Test func `ids are numbers or UUIDs`() throws {
    #expect(try PointIDText.json("18446744073709551615").description == "18446744073709551615")
    #expect(try PointIDText.json("7") == .integer(7))
    #expect(
      try PointIDText.json("936DA01F9ABD4D9D80C702AF85C822A8")
        == .string("936da01f-9abd-4d9d-80c7-02af85c822a8"))
    for text in ["", "-1", "+1", "1.5", "18446744073709551616", "x", " 1"] {
      let failure = #expect(throws: CommandFailure.self, "\(text)") { try PointIDText.json(text) }
      #expect(failure?.reason == .usage)
    }
  }
}

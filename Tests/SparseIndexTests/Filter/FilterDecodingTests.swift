import JSONCodec
import SparseIndex
import Testing

@Suite struct FilterDecodingTests {
  @Test(arguments: [
    (#"{"must":[{"key":"a"}]}"#, "filter.must[0]: At least one field condition must be specified"),
    (
      #"{"must":{"key":"a","match":{"value":1.5}}}"#,
      "filter.must.match.value: expected a string, an integer or a boolean"
    ),
    (
      #"{"must":[{"key":"a","match":{"any":[1,"x"]}}]}"#,
      "filter.must[0].match.any[1]: expected all strings or all integers"
    ),
    (
      #"{"must":[{"key":"a[","match":{"value":1}}]}"#, "filter.must[0].key: Invalid json path: 'a['"
    ),
    (
      #"{"mustt":[]}"#,
      "filter: unknown field `mustt`, expected one of `should`, `min_should`, `must`, `must_not`"
    ),
    (
      #"{"should":[{"key":"a","range":{"gt":"yesterday"}}]}"#,
      "filter.should[0].range.gt: 'yesterday' is not in a supported date/time format, please use RFC 3339"
    ),
    (
      #"{"must":[{"has_id":[-1]}]}"#,
      "filter.must[0].has_id[0]: value -1 is not a valid point ID, valid values are either an unsigned integer or a UUID"
    ),
    (
      #"{"min_should":{"conditions":[],"min_count":0}}"#,
      "filter.min_should.min_count: value 0 invalid, must be 1 or larger"
    ),
    (#"{"must":5}"#, "filter.must: invalid type: integer `5`, expected an object"),
    (
      #"{"must":{"slice":{"index":3,"total":3}}}"#,
      "filter.must.slice: index: must be less than total (3)"
    ),
  ])
  func `errors say where and what`(_ text: String, _ expected: String) throws {
    let error = #expect(throws: JSONInputError.self) {
      try Filter(json: JSONInput(try JSONValue.parse(text), path: "filter"))
    }
    #expect(error?.description == expected)
  }

  @Test func `unknown conditions are refused by name`() throws {
    let error = #expect(throws: JSONInputError.self) {
      try Filter(json: JSONInput(try JSONValue.parse(#"{"must":[{"near":1}]}"#)))
    }
    #expect(error?.path == "must[0]")
    #expect(error?.message.hasPrefix("unknown condition with `near`") == true)
  }

  @Test func `depth and number of conditions are limited`() throws {
    var filter = Filter(must: [.isNull(key: JSONPath(first: "a"))])
    for _ in 1..<16 { filter = Filter(must: [.filter(filter)]) }
    try filter.validate()
    #expect(throws: InvalidFilter.tooDeep(max: 16)) {
      try Filter(must: [.filter(filter)]).validate()
    }
    let many = Filter(should: Array(repeating: .hasVector("v"), count: 1000))
    try many.validate()
    #expect(throws: InvalidFilter.tooManyConditions(max: 1000)) {
      try Filter(must: [.hasVector("v")], should: many.should).validate()
    }
  }
}

import JSONCodec
import SparseIndex
import Testing

/// Each row: a payload, a condition, and whether it passes. What Qdrant does.
@Suite struct FilterSemanticsTests {
  private func passes(
    _ payload: String, _ condition: String, indexes: [ByteString: PayloadIndexParameters] = [:],
    id: PointID = 1, vectors: Set<ByteString> = []
  ) throws -> Bool {
    let filter = try Filter(json: JSONInput(try JSONValue.parse(condition)))
    return PreparedFilter(filter, payloadIndexes: indexes).matches(
      payload: try #require(try JSONValue.parse(payload).asObject), id: id, vectorNames: vectors)
  }

  private func check(_ rows: [(String, String, Bool)]) throws {
    for (payload, condition, expected) in rows {
      #expect(
        try passes(payload, "{\"must\":\(condition)}") == expected, "\(payload) \(condition)")
    }
  }

  @Test func `match is strict in type and unwraps one array level`() throws {
    try check([
      (#"{"a":5}"#, #"{"key":"a","match":{"value":5}}"#, true),
      (#"{"a":5.0}"#, #"{"key":"a","match":{"value":5}}"#, false),
      (#"{"a":"5"}"#, #"{"key":"a","match":{"value":5}}"#, false),
      (#"{"a":true}"#, #"{"key":"a","match":{"value":true}}"#, true),
      (#"{"a":1}"#, #"{"key":"a","match":{"value":true}}"#, false),
      (#"{"a":["x","y"]}"#, #"{"key":"a","match":{"value":"y"}}"#, true),
      (#"{"a":[["x"]]}"#, #"{"key":"a","match":{"value":"x"}}"#, false),
      (#"{"a":[["x"]]}"#, #"{"key":"a[]","match":{"value":"x"}}"#, true),
      (#"{"a":[{"b":1}]}"#, #"{"key":"a.b","match":{"value":1}}"#, false),
      (#"{"a":[{"b":1}]}"#, #"{"key":"a[].b","match":{"value":1}}"#, true),
      (#"{"a":{"b":1}}"#, #"{"key":"a.b","match":{"value":1}}"#, true),
      (#"{"a":null}"#, #"{"key":"a","match":{"value":"null"}}"#, false),
    ])
  }

  @Test func `any and except`() throws {
    try check([
      (#"{"a":"x"}"#, #"{"key":"a","match":{"any":["x","y"]}}"#, true),
      (#"{"a":"x"}"#, #"{"key":"a","match":{"any":[]}}"#, false),
      (#"{"a":1}"#, #"{"key":"a","match":{"any":["1"]}}"#, false),
      (#"{"a":"x"}"#, #"{"key":"a","match":{"except":["x"]}}"#, false),
      (#"{"a":["x","z"]}"#, #"{"key":"a","match":{"except":["x"]}}"#, true),
      (#"{"a":1}"#, #"{"key":"a","match":{"except":["x"]}}"#, true),
      (#"{"a":{}}"#, #"{"key":"a","match":{"except":["x"]}}"#, true),
      (#"{"a":[["x"]]}"#, #"{"key":"a","match":{"except":["x"]}}"#, true),
      (#"{"a":null}"#, #"{"key":"a","match":{"except":["x"]}}"#, false),
      (#"{"a":[]}"#, #"{"key":"a","match":{"except":["x"]}}"#, false),
      (#"{}"#, #"{"key":"a","match":{"except":["x"]}}"#, false),
      (#"{"a":1}"#, #"{"key":"a","match":{"except":[]}}"#, true),
    ])
  }

  @Test func `text, phrase, prefix and substring`() throws {
    let payload = #"{"a":"The Quick-brown fox, naïve"}"#
    try check([
      (payload, #"{"key":"a","match":{"text":"FOX quick"}}"#, true),
      (payload, #"{"key":"a","match":{"text":"fo"}}"#, false),
      (payload, #"{"key":"a","match":{"text":"quick dog"}}"#, false),
      (payload, #"{"key":"a","match":{"text":""}}"#, false),
      (payload, #"{"key":"a","match":{"text_any":"dog NAÏVE"}}"#, true),
      (payload, #"{"key":"a","match":{"text_any":"!?"}}"#, false),
      (payload, #"{"key":"a","match":{"phrase":"quick brown"}}"#, true),
      (payload, #"{"key":"a","match":{"phrase":"quick fox"}}"#, false),
      (payload, #"{"key":"a","match":{"prefix":"The Q"}}"#, true),
      (payload, #"{"key":"a","match":{"prefix":"the"}}"#, false),
      (payload, #"{"key":"a","match":{"substring":"k-b"}}"#, true),
      (payload, #"{"key":"a","match":{"substring":"K-b"}}"#, false),
      (#"{"a":["x","y z"]}"#, #"{"key":"a","match":{"text":"z"}}"#, true),
      (#"{"a":7}"#, #"{"key":"a","match":{"text":"7"}}"#, false),
    ])
  }

  @Test func `ranges keep each bound on the same element`() throws {
    try check([
      (#"{"a":5}"#, #"{"key":"a","range":{"gte":5,"lt":6}}"#, true),
      (#"{"a":[1,9]}"#, #"{"key":"a","range":{"gt":2,"lt":8}}"#, false),
      (#"{"a":[1,5.5]}"#, #"{"key":"a","range":{"gt":2,"lt":8}}"#, true),
      (#"{"a":"5"}"#, #"{"key":"a","range":{"gt":2}}"#, false),
      (#"{"a":0}"#, #"{"key":"a","range":{}}"#, true),
      (#"{"a":"x"}"#, #"{"key":"a","range":{}}"#, false),
      (#"{"a":18446744073709551615}"#, #"{"key":"a","range":{"gt":1e19}}"#, true),
      (#"{"a":"2024-02-29T12:00:00Z"}"#, #"{"key":"a","range":{"gte":"2024-02-29"}}"#, true),
      (#"{"a":"2024-02-29"}"#, #"{"key":"a","range":{"gt":"2024-02-29 00:00"}}"#, false),
      (#"{"a":"soon"}"#, #"{"key":"a","range":{"gt":"2024-02-29"}}"#, false),
    ])
  }

  @Test func `geo conditions`() throws {
    let box = { (left: Int, right: Int) in
      #"{"key":"g","geo_bounding_box":{"top_left":{"lon":\#(left),"lat":10},"bottom_right":{"lon":\#(right),"lat":-10}}}"#
    }
    let ring =
      #"{"points":[{"lon":0,"lat":0},{"lon":10,"lat":0},{"lon":10,"lat":10},{"lon":0,"lat":10},{"lon":0,"lat":0}]}"#
    let hole =
      #"{"points":[{"lon":4,"lat":4},{"lon":6,"lat":4},{"lon":6,"lat":6},{"lon":4,"lat":6},{"lon":4,"lat":4}]}"#
    let polygon = #"{"key":"g","geo_polygon":{"exterior":\#(ring),"interiors":[\#(hole)]}}"#
    let radius =
      #"{"key":"g","geo_radius":{"center":{"lon":13.423637,"lat":52.511},"radius":2000}}"#
    try check([
      (#"{"g":{"lon":5,"lat":5}}"#, box(0, 10), true),
      (#"{"g":{"lon":0,"lat":5}}"#, box(0, 10), false),
      (#"{"g":{"lon":179,"lat":5}}"#, box(170, -170), true),
      (#"{"g":{"lon":0,"lat":5}}"#, box(170, -170), false),
      (#"{"g":[{"lon":50,"lat":5},{"lon":5,"lat":5}]}"#, box(0, 10), true),
      (#"{"g":{"lon":"5","lat":5}}"#, box(0, 10), false),
      (#"{"g":{"lon":2,"lat":5}}"#, polygon, true),
      (#"{"g":{"lon":5,"lat":5}}"#, polygon, false),
      (#"{"g":{"lon":0,"lat":5}}"#, polygon, false),
      (#"{"g":{"lon":11,"lat":5}}"#, polygon, false),
      (#"{"g":{"lon":13.413637435864272,"lat":52.52197645}}"#, radius, true),
      (#"{"g":{"lon":20.423637,"lat":52.511}}"#, radius, false),
    ])
  }

  @Test func `counts, empty and null`() throws {
    try check([
      (#"{"a":[1,2]}"#, #"{"key":"a","values_count":{"gt":1}}"#, true),
      (#"{"a":7}"#, #"{"key":"a","values_count":{"gte":1,"lte":1}}"#, true),
      (#"{"a":{}}"#, #"{"key":"a","values_count":{"gte":1,"lte":1}}"#, true),
      (#"{"a":null}"#, #"{"key":"a","values_count":{"lt":1}}"#, true),
      (#"{}"#, #"{"key":"a","values_count":{"lt":1}}"#, true),
      (#"{}"#, #"{"is_empty":{"key":"a"}}"#, true),
      (#"{"a":null}"#, #"{"is_empty":{"key":"a"}}"#, true),
      (#"{"a":[]}"#, #"{"is_empty":{"key":"a"}}"#, true),
      (#"{"a":[null]}"#, #"{"is_empty":{"key":"a"}}"#, false),
      (#"{"a":""}"#, #"{"is_empty":{"key":"a"}}"#, false),
      (#"{"a":null}"#, #"{"is_null":{"key":"a"}}"#, true),
      (#"{"a":[1,null]}"#, #"{"is_null":{"key":"a"}}"#, true),
      (#"{}"#, #"{"is_null":{"key":"a"}}"#, false),
      (#"{}"#, #"{"key":"a","is_null":false}"#, true),
      (#"{"a":[null]}"#, #"{"key":"a","is_null":false}"#, false),
      (#"{}"#, #"{"key":"a","is_empty":true}"#, true),
      (#"{"a":1}"#, #"{"key":"a","is_empty":false}"#, true),
    ])
  }

  @Test func `nested looks at one object of the array at a time`() throws {
    let condition = #"""
      {"nested":{"key":"d","filter":{"must":[{"key":"f","match":{"value":"x"}},
        {"key":"l","match":{"value":true}}]}}}
      """#
    try check([
      (#"{"d":[{"f":"x","l":false},{"f":"x","l":true}]}"#, condition, true),
      (#"{"d":[{"f":"x","l":false},{"f":"y","l":true}]}"#, condition, false),
      (#"{"d":{"f":"x","l":true}}"#, condition, false),
      (#"{"d":[{"a":1}]}"#, #"{"nested":{"key":"d","filter":{"must":[{"has_id":[1]}]}}}"#, false),
      (#"{"d":[{"a":1}]}"#, #"{"nested":{"key":"d[]","filter":{}}}"#, true),
    ])
  }

  @Test func `clauses combine`() throws {
    let x = #"{"key":"a","match":{"value":"x"}}"#
    let y = #"{"key":"b","match":{"value":"y"}}"#
    let both = #"{"a":"x","b":"y"}"#
    let one = #"{"a":"x"}"#
    #expect(try passes(one, "{}"))
    #expect(try passes(one, #"{"must":[],"should":[],"must_not":[]}"#))
    #expect(try passes(one, #"{"must":null,"should":\#(x)}"#))
    #expect(try !passes(one, #"{"must":[\#(x),\#(y)]}"#))
    #expect(try !passes(one, #"{"must":\#(x),"must_not":\#(x)}"#))
    #expect(try passes(one, #"{"min_should":{"conditions":[\#(x),\#(y)],"min_count":1}}"#))
    #expect(try !passes(one, #"{"min_should":{"conditions":[\#(x),\#(y)],"min_count":2}}"#))
    #expect(try passes(both, #"{"min_should":{"conditions":[\#(x),\#(y)],"min_count":2}}"#))
    #expect(try passes(one, #"{"must":{"should":[\#(y),{"must_not":\#(y)}]}}"#))
    // Several tests of one key hold when any does.
    #expect(try passes(one, #"{"must":{"key":"a","match":{"value":"x"},"range":{"gt":1}}}"#))
  }

  @Test func `ids, vectors and slices`() throws {
    #expect(try passes("{}", #"{"must":{"has_id":[1,2]}}"#))
    #expect(try !passes("{}", #"{"must":{"has_id":[]}}"#))
    let uuid = "550e8400-e29b-41d4-a716-446655440000"
    #expect(try passes("{}", #"{"must":{"has_id":["\#(uuid)"]}}"#, id: PointID(uuid: uuid)!))
    #expect(try passes("{}", #"{"must":{"has_vector":"v"}}"#, vectors: ["v"]))
    #expect(try !passes("{}", #"{"must":{"has_vector":"w"}}"#, vectors: ["v"]))
    #expect(try !passes("{}", #"{"must":{"has_vector":""}}"#, vectors: ["v"]))
    let slices = try (0..<7).filter {
      try passes("{}", #"{"must":{"slice":{"index":\#($0),"total":7}}}"#, id: 42)
    }
    #expect(slices == [Int(SliceHash.hash(42) % 7)])
  }

  @Test func `the slice hash is SipHash-2-4 of the id's bytes`() {
    #expect(SliceHash.hash(0) == 0xE849_E8BB_6FFE_2567)
    #expect(SliceHash.hash(1) == 0x8004_C5A6_9410_5F5E)
    #expect(SliceHash.hash(42) == 0x0FC2_553F_0761_9DD3)
    #expect(SliceHash.hash(.integer(.max)) == 0x8050_C18B_6AC9_D15E)
    #expect(
      SliceHash.hash(PointID(uuid: "550e8400-e29b-41d4-a716-446655440000")!)
        == 0xF5D0_CA21_BA34_D504)
  }

  @Test func `indexes that change a condition's meaning`() throws {
    let integer: [ByteString: _] = ["a": PayloadIndexParameters(kind: .integer)]
    #expect(
      try passes(#"{"a":5.0}"#, #"{"must":{"key":"a","match":{"value":5}}}"#, indexes: integer))
    let uuid: [ByteString: _] = ["a": PayloadIndexParameters(kind: .uuid)]
    #expect(
      try passes(
        #"{"a":"550E8400-E29B-41D4-A716-446655440000"}"#,
        #"{"must":{"key":"a","match":{"value":"550e8400-e29b-41d4-a716-446655440000"}}}"#,
        indexes: uuid))
    let text = { (parameters: JSONObject) -> [ByteString: PayloadIndexParameters] in
      ["a": PayloadIndexParameters(kind: .text, parameters: parameters)]
    }
    let title = #"{"a":"Quick-brown Foxes"}"#
    #expect(
      try passes(
        title, #"{"must":{"key":"a","match":{"text":"quic fox"}}}"#,
        indexes: text(["tokenizer": "prefix", "min_token_len": 2, "max_token_len": 10])))
    #expect(
      try !passes(
        title, #"{"must":{"key":"a","match":{"text":"brown"}}}"#,
        indexes: text(["tokenizer": "whitespace"])))
    #expect(
      try !passes(
        title, #"{"must":{"key":"a","match":{"text":"quick"}}}"#,
        indexes: text(["lowercase": false])))
    #expect(
      try passes(
        #"{"a":"ação"}"#, #"{"must":{"key":"a","match":{"text":"acao"}}}"#,
        indexes: text(["ascii_folding": true])))
  }
}

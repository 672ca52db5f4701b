import JSONCodec
import SparseIndex
import Testing

/// Conditions on an index with `nested`. The answers are those of Qdrant's engine.
@Suite("Nested indexes")
struct NestedIndexTests {
  static let payloads: [JSONObject] = [
    [:],
    ["offers": []],
    ["offers": nil],
    ["offers": [["p": 1, "t": "red shoe"], ["p": 2, "t": "blue hat"]]],
    ["offers": [["p": 1, "t": "red hat"], [:]]],
    ["offers": [["p": [1, 2], "t": ["red", "hat"]], ["p": nil, "t": nil]]],
    ["offers": [["p": 5, "t": "red"], "x", 7]],
    ["offers": ["p": 1, "t": "red hat"]],
    ["offers": [["p": [], "t": []]]],
    ["offers": [["p": [3, 4, 5]], ["p": [1]]]],
    ["offers": [["q": 1]]],
    ["offers": ["x"]],
    ["offers": [["p": [nil, 1]]]],
  ]

  @Test(
    arguments: [
      (["is_empty": ["key": "offers[].p"]], [4, 5, 8, 10]),
      (["key": "offers[].p", "is_empty": true], [4, 5, 8, 10]),
      (["key": "offers[].p", "is_empty": false], [0, 1, 2, 3, 6, 7, 9, 11, 12]),
      (["must_not": ["is_empty": ["key": "offers[].p"]]], [0, 1, 2, 3, 6, 7, 9, 11, 12]),
      (["is_null": ["key": "offers[].p"]], [5, 12]),
      (["key": "offers[].p", "match": ["value": 1]], [3, 4, 5, 9, 12]),
      (["key": "offers[].p", "values_count": ["gte": 2]], [5, 9, 12]),
      (["key": "offers[].t", "match": ["text": "red hat"]], [4, 5]),
      (["key": "offers[].t", "match": ["text_any": "red hat"]], [3, 4, 5, 6]),
      (["key": "offers[].t", "match": ["phrase": "red hat"]], [4]),
      (
        [
          "nested": [
            "key": "offers", "filter": ["must": ["key": "t", "match": ["text": "red hat"]]],
          ]
        ],
        [4, 5]
      ),
      (
        ["nested": ["key": "offers", "filter": ["must": ["is_empty": ["key": "p"]]]]],
        [4, 5, 8, 10]
      ),
    ] as [(JSONObject, [Int])])
  func `objects are entries of their own`(condition: JSONObject, expected: [Int]) throws {
    let filter = try Filter(json: JSONInput(["must": [.object(condition)]]))
    let prepared = PreparedFilter(
      filter,
      payloadIndexes: [
        "offers[].p": PayloadIndexParameters(kind: .integer, parameters: ["nested": "offers"]),
        "offers[].t": PayloadIndexParameters(kind: .text, parameters: ["nested": "offers[]"]),
      ])
    let passing = Self.payloads.indices.filter {
      prepared.matches(payload: Self.payloads[$0], id: 1, vectorNames: [])
    }
    #expect(passing == expected)
  }

  @Test(arguments: ["xx", "offers[].p", "offers[].p.q", "", "offers[].x[]"])
  func `the key must be inside the objects of one array`(nested: String) throws {
    let key = try JSONPath(parsing: "offers[].p")
    #expect(throws: InvalidNestedKey.self) { try NestedKey(key, nested: nested) }
  }

  @Test func `the array is named with or without brackets`() throws {
    let key = try JSONPath(parsing: "shop.offers[].price.net")
    let nested = try NestedKey(key, nested: "shop.offers")
    #expect(nested == (try NestedKey(key, nested: "shop.offers[]")))
    #expect(nested.inner.description == "price.net")
  }
}

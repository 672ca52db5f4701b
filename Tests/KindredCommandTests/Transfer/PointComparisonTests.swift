import JSONCodec
import KindredCommand
import Testing

struct PointComparisonTests {
  private func difference(_ left: String, _ right: String) throws -> String? {
    PointComparison.difference(
      try #require(JSONValue.parse(left).asObject), try #require(JSONValue.parse(right).asObject))
  }

  @Test(arguments: [
    (#"{"payload":{"a":1,"b":[2.0]}}"#, #"{"payload":{"b":[2],"a":1.0}}"#),
    (#"{"vector":[0.6,0.8]}"#, #"{"vector":[0.6000001,0.7999999]}"#),
    (#"{"vector":[1e-45]}"#, #"{"vector":[1.401298464324817e-45]}"#),
    (#"{"vector":[1,2]}"#, #"{"vector":{"":[1.0,2.0]}}"#),
    (
      #"{"vector":{"s":{"indices":[5,2],"values":[0.1,2]}}}"#,
      #"{"vector":{"s":{"indices":[2,5],"values":[2.0,0.10000000149011612]}}}"#
    ),
    (#"{"vector":{}}"#, #"{"vector":{}}"#),
  ])
  func `the same in other words is the same`(_ left: String, _ right: String) throws {
    #expect(try difference(left, right) == nil)
    #expect(try difference(right, left) == nil)
  }

  @Test(arguments: [
    (#"{"payload":{"a":1}}"#, #"{"payload":{"a":"1"}}"#, "its payloads differ"),
    (#"{"payload":{"a":1}}"#, #"{"payload":{"a":1,"b":null}}"#, "its payloads differ"),
    (
      #"{"payload":{"n":9007199254740993}}"#, #"{"payload":{"n":9007199254740992}}"#,
      "its payloads differ"
    ),
    (#"{"vector":[0.6,0.8]}"#, #"{"vector":[0.6,0.81]}"#, "its vectors differ"),
    (#"{"vector":{"v":[1]}}"#, #"{"vector":{}}"#, "only one has a vector 'v'"),
    (#"{"vector":{"v":[1]}}"#, #"{"vector":{"v":[[1]]}}"#, "its vectors 'v' differ"),
    (
      #"{"vector":{"s":{"indices":[5],"values":[1]}}}"#,
      #"{"vector":{"s":{"indices":[6],"values":[1]}}}"#, "its vectors 's' differ"
    ),
  ])
  func `what differs is named`(_ left: String, _ right: String, _ words: String) throws {
    #expect(try difference(left, right) == words)
    #expect(try difference(right, left) == words)
  }
}

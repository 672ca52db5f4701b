import JSONCodec
import Kindred
import KindredServer
import TestSupport
import Testing

/// Bodies of queries that are read without a tree, held to the reading of trees.
@Suite struct PlainQueryTests {
  private static func plain(_ text: String) -> QueryRequest? {
    try? JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in
      try? QueryRequest(plain: &reader, for: .unlimited)
    }
  }

  private static func tree(_ text: String) -> QueryRequest? {
    try? QueryRequest(JSONInput(JSONValue.parse(text)))
  }

  @Test(arguments: [
    #"{"query":{"indices":[7,1],"values":[1,-0.5]},"using":"ratings","limit":20}"#,
    #" { "query" : { "nearest" : { "values" : [ 1e-3 ] , "indices" : [ 4294967295 ] } } } "#,
    #"{"query":[0.1,2],"with_payload":true,"with_vector":false,"offset":3,"score_threshold":0.25}"#,
    #"{"query":{"nearest":[1]},"filter":{"must":[{"key":"age","match":{"value":25}}]},"using":"é"}"#,
    #"{"query":{"indices":[],"values":[]}}"#, #"{"limit":5}"#, "{}",
  ])
  func `usual bodies are read plainly`(_ text: String) throws {
    let request = try #require(Self.plain(text))
    #expect(request == Self.tree(text))
  }

  @Test(arguments: [
    #"{"query":{"indices":[1,1],"values":[1,2]}}"#, #"{"query":{"indices":[1],"values":[1e39]}}"#,
    #"{"query":{"indices":[1.0],"values":[1]}}"#, #"{"query":{"indices":[-1],"values":[1]}}"#,
    #"{"query":{"indices":[1],"values":[1],"more":1}}"#, #"{"query":{"indices":[1]}}"#,
    #"{"query":{"nearest":[1],"mmr":{}}}"#, #"{"query":{"fusion":"rrf"}}"#, #"{"query":5}"#,
    #"{"query":[]}"#, #"{"query":[[1],[2]]}"#, #"{"limit":0}"#, #"{"limit":-0}"#, #"{"limit":1.0}"#,
    #"{"limit":null}"#, #"{"filter":null}"#, #"{"prefetch":[]}"#,
    #"{"with_vectors":true,"with_vector":false}"#, #"{"with_payload":["a"]}"#, #"{"offset":1e2}"#,
    #"{"using":3}"#, #"{"unknown":1}"#, "[]", "{", "",
  ])
  func `others are left to the tree`(_ text: String) {
    #expect(Self.plain(text) == nil)
  }

  @Test(arguments: 0..<2000)
  func `what is read plainly is what the tree says`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let text = Self.body(using: &random)
    if let request = Self.plain(text) { #expect(request == Self.tree(text), "\(random): \(text)") }
  }

  /// Mostly as it should be, and with one thing or another that is not.
  private static func body(using random: inout SeededGenerator) -> String {
    func number(_ good: ClosedRange<Int>) -> String { OddJSON.number(good, using: &random) }
    func vector() -> String {
      let count = Int.random(in: 0..<5, using: &random)
      if random.oneIn(4) { return OddJSON.list(-3...3, count, using: &random) }
      return OddJSON.sparseVector(count, using: &random)
    }
    var members: [String] = []
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2: members.append(#""query":"# + vector())
      case 3: members.append(#""query":{"nearest":"# + vector() + "}")
      case 4: members.append(#""limit":"# + number(0...30))
      case 5: members.append(#""offset":"# + number(0...30))
      case 6: members.append(#""score_threshold":"# + number(-3...3))
      case 7:
        members.append(
          #""using":""# + ["", "a", "é", "\\n"].randomElement(using: &random)! + #"""#)
      case 8:
        let name = ["with_payload", "with_vector", "with_vectors"].randomElement(using: &random)!
        members.append("\"\(name)\":\(Bool.random(using: &random))")
      default:
        let condition = #"{"key":"a","range":{"gte":"# + number(0...9) + "}}"
        members.append(#""filter":{"must":["# + condition + "]}")
      }
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

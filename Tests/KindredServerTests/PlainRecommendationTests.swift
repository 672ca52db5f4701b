import JSONCodec
import Kindred
import KindredServer
import TestSupport
import Testing

/// Bodies of recommendations that are read without a tree, held to the reading of trees.
@Suite struct PlainRecommendationTests {
  private static func plain(_ text: String) -> RecommendationBody? {
    try? JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in
      try? RecommendationBody(plain: &reader)
    }
  }

  private static func tree(_ text: String) -> RecommendationBody? {
    try? RecommendationBody(JSONInput(JSONValue.parse(text)))
  }

  private static func areEqual(_ left: RecommendationBody, _ right: RecommendationBody?) -> Bool {
    guard let right, left.request == right.request else { return false }
    // A body that is read plainly has no names of another kind.
    guard let catalogue = try? right.catalogueName as String??,
      let model = try? right.modelName as String??
    else { return false }
    return (try? left.catalogueName) == catalogue && (try? left.modelName) == model
  }

  @Test(arguments: [
    #"{"ratings":{"indices":[7,1],"values":[1,-0.5]},"limit":20}"#,
    #" { "ratings" : { "2571" : 1e-3 , "+7" : 5 , "4294967295" : -0 } , "method" : "notebook" } "#,
    #"{"point":17,"exclude":[1,2],"exclude_rated":false,"explain":true,"using":"é"}"#,
    #"{"point":18446744073709551615,"ratings":{"5":1},"method":"neighbors","offset":3}"#,
    #"{"ratings":{},"catalogue":"movies","model":"items"}"#, #"{"limit":5}"#, "{}",
    #"{"method":"popular"}"#, #"{"ratings":{"values":[],"indices":[]},"method":"items"}"#,
  ])
  func `usual bodies are read plainly`(_ text: String) throws {
    let body = try #require(Self.plain(text))
    #expect(Self.areEqual(body, Self.tree(text)))
  }

  @Test(arguments: [
    #"{"ratings":{"1":1,"1":2}}"#, #"{"ratings":{"1":1,"01":2}}"#, #"{"ratings":{"1":1e39}}"#,
    #"{"ratings":{"x":1}}"#, #"{"ratings":{"-1":1}}"#, #"{"ratings":{"4294967296":1}}"#,
    #"{"ratings":{"1":null}}"#, #"{"ratings":[1]}"#, #"{"ratings":null}"#,
    #"{"ratings":{"indices":[1,1],"values":[1,2]}}"#, #"{"ratings":{"indices":[1],"values":[]}}"#,
    #"{"ratings":{"5":1,"indices":[1],"values":[1]}}"#, #"{"ratings":{"indices":[1]}}"#,
    #"{"point":"4f2c0f0e-0000-4000-8000-000000000000"}"#, #"{"point":1.0}"#, #"{"point":-1}"#,
    #"{"points":[1]}"#, #"{"items":[1]}"#, #"{"filter":{}}"#, #"{"item_filter":{}}"#,
    #"{"method":"best"}"#, #"{"method":null}"#, #"{"limit":0}"#, #"{"limit":null}"#,
    #"{"neighbors":3}"#, #"{"diversity":0.5}"#, #"{"new_items":0.1}"#, #"{"exclude":[-1]}"#,
    #"{"exclude":null}"#, #"{"explain":1}"#, #"{"catalogue":3}"#, #"{"model":3}"#,
    #"{"unknown":1}"#, "[]", "{", "",
  ])
  func `others are left to the tree`(_ text: String) {
    #expect(Self.plain(text) == nil)
  }

  @Test(arguments: 0..<2000)
  func `what is read plainly is what the tree says`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let text = Self.body(using: &random)
    if let body = Self.plain(text) {
      #expect(Self.areEqual(body, Self.tree(text)), "\(random): \(text)")
    }
  }

  /// Mostly as it should be, and with one thing or another that is not.
  private static func body(using random: inout SeededGenerator) -> String {
    func number(_ good: ClosedRange<Int>) -> String { OddJSON.number(good, using: &random) }
    func text(_ good: String) -> String {
      random.oneIn(6)
        ? ["", "é", "\\n", "notebook", "x"].randomElement(using: &random)! : good
    }
    func ratings() -> String {
      let count = Int.random(in: 0..<5, using: &random)
      if random.oneIn(2) {
        return OddJSON.sparseVector(count, using: &random)
      }
      let members = (0..<count).map { _ in "\"\(text(number(0...50)))\":\(number(-3...3))" }
      return "{" + members.joined(separator: ",") + "}"
    }
    let methods = RecommendationRequest.Method.allCases
    var members: [String] = []
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      switch Int.random(in: 0..<12, using: &random) {
      case 0...2: members.append(#""ratings":"# + ratings())
      case 3: members.append(#""point":"# + number(0...9))
      case 4: members.append(#""limit":"# + number(0...30))
      case 5: members.append(#""offset":"# + number(0...30))
      case 6:
        members.append(
          #""method":""# + text(methods.randomElement(using: &random)!.rawValue) + #"""#)
      case 7: members.append(#""exclude":"# + OddJSON.list(0...9, 3, using: &random))
      case 8:
        let name = ["exclude_rated", "explain"].randomElement(using: &random)!
        members.append("\"\(name)\":\(Bool.random(using: &random))")
      case 9:
        let name = ["catalogue", "model", "using"].randomElement(using: &random)!
        members.append("\"\(name)\":\"\(text("a"))\"")
      default: members.append(#""neighbors":"# + number(1...9))
      }
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

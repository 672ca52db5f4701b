import JSONCodec
import Kindred
import KindredServer
import TestSupport
import Testing

/// Bodies of ratings that are read without a tree, held to the reading of trees.
@Suite struct PlainRatingsTests {
  private static func plain(_ text: String) -> RatingsBody? {
    try? JSONReader.read(Array(text.utf8)) { reader throws(JSONError) in
      try? RatingsBody(plain: &reader)
    }
  }

  private static func tree(_ text: String) -> RatingsBody? {
    try? RatingsBody(JSONInput(JSONValue.parse(text)))
  }

  @Test(arguments: [
    #"{"ratings":[{"user":1,"item":2,"rating":3}]}"#,
    #" { "using" : "é" , "ratings" : [ { "rating" : -2.5e1 , "item" : "k" , "user" : 0 } ] } "#,
    #"{"ratings":[{"user":1,"item":2,"rating":3,"time":0.5},{"user":"a","item":2,"rating":-0}]}"#,
    #"{"catalogue":"c","ratings":[{"user":18446744073709551615,"item":7,"rating":1e15}]}"#,
  ])
  func `usual bodies are read plainly`(_ text: String) throws {
    let body = try #require(Self.plain(text))
    #expect(body == Self.tree(text))
  }

  @Test(arguments: [
    #"{"ratings":[]}"#, #"{"ratings":null}"#, #"{"ratings":{}}"#, "{}", "[]", "{", "",
    #"{"ratings":[{"user":1,"item":2}]}"#, #"{"ratings":[{"user":1,"item":2,"rating":null}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3,"rating":4}]}"#,
    #"{"ratings":[{"user":1,"user":1,"item":2,"rating":3}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3}],"ratings":[]}"#,
    #"{"ratings":[{"user":1.0,"item":2,"rating":3}]}"#,
    #"{"ratings":[{"user":-1,"item":2,"rating":3}]}"#,
    #"{"ratings":[{"user":"","item":2,"rating":3}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":"3"}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":1.1e15}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3,"time":-1}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3,"note":1}]}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3}],"using":null}"#,
    #"{"ratings":[{"user":1,"item":2,"rating":3}],"unknown":1}"#,
  ])
  func `others are left to the tree`(_ text: String) {
    #expect(Self.plain(text) == nil)
  }

  @Test func `no more ratings than there may be are read plainly`() throws {
    for (count, isPlain) in [(1000, true), (1001, false)] {
      let rating = #"{"user":1,"item":2,"rating":3}"#
      let text =
        #"{"ratings":["# + Array(repeating: rating, count: count).joined(separator: ",") + "]}"
      #expect((Self.plain(text) != nil) == isPlain)
      #expect(Self.plain(text) == Self.tree(text))
    }
  }

  @Test(arguments: 0..<2000)
  func `what is read plainly is what the tree says`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let text = Self.body(using: &random)
    if let body = Self.plain(text) {
      #expect(body == Self.tree(text), "\(random): \(text)")
    }
  }

  /// Mostly as it should be, and with one thing or another that is not.
  private static func body(using random: inout SeededGenerator) -> String {
    func number(_ good: ClosedRange<Int>) -> String { OddJSON.number(good, using: &random) }
    func name() -> String {
      random.oneIn(6)
        ? ["\"\"", "\"é\"", "\"\\n\"", "\"12\""].randomElement(using: &random)! : number(0...50)
    }
    func rating() -> String {
      var members = [
        "\"user\":\(name())", "\"item\":\(name())", "\"rating\":\(number(-5...5))",
      ]
      if random.oneIn(3) { members.append("\"time\":\(number(0...1_000_000))") }
      if random.oneIn(12) { members.append(members.randomElement(using: &random)!) }
      if random.oneIn(12) { members.remove(at: 0) }
      return "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
    }
    let count = Int.random(in: 0..<4, using: &random)
    var members = ["\"ratings\":[" + (0..<count).map { _ in rating() }.joined(separator: ",") + "]"]
    if random.oneIn(3) { members.append("\"using\":\(random.oneIn(4) ? number(0...1) : "\"v\"")") }
    if random.oneIn(3) { members.append("\"catalogue\":\"c\"") }
    if random.oneIn(12) { members.append(members.randomElement(using: &random)!) }
    return "{" + members.shuffled(using: &random).joined(separator: ", ") + "}"
  }
}

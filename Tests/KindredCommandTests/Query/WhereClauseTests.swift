import JSONCodec
import KindredCommand
import Testing

struct WhereClauseTests {
  private func filter(_ clauses: String...) throws -> String? {
    try WhereClause.filter(clauses.map { try WhereClause($0) })?.description
  }

  @Test(arguments: [
    ("age=25", #"{"key":"age","match":{"value":25}}"#),
    ("gender=F", #"{"key":"gender","match":{"value":"F"}}"#),
    ("adult=true", #"{"key":"adult","match":{"value":true}}"#),
    (#"zip="02139""#, #"{"key":"zip","match":{"value":"02139"}}"#),
    ("zip='1'", #"{"key":"zip","match":{"value":"1"}}"#),
    ("a.b[]=x=y", #"{"key":"a.b[]","match":{"value":"x=y"}}"#),
    ("name=", #"{"key":"name","match":{"value":""}}"#),
    ("score=1.5", #"{"key":"score","range":{"gte":1.5,"lte":1.5}}"#),
    ("year>=1990", #"{"key":"year","range":{"gte":1990}}"#),
    ("year<=1990", #"{"key":"year","range":{"lte":1990}}"#),
    ("year>-1", #"{"key":"year","range":{"gt":-1}}"#),
    ("year<0.5", #"{"key":"year","range":{"lt":0.5}}"#),
  ])
  func `a clause is a condition`(text: String, condition: String) throws {
    #expect(try filter(text) == #"{"must":[\#(condition)]}"#)
  }

  @Test func `clauses must all hold, negated ones must not`() throws {
    #expect(
      try filter("age=25", "gender!=F")
        == #"{"must":[{"key":"age","match":{"value":25}}],"#
        + #""must_not":[{"key":"gender","match":{"value":"F"}}]}"#)
    #expect(try filter() == nil)
  }

  @Test(arguments: ["", "age", "=25", "age~25", "age>old", "age<", "age>=true"])
  func `what is no clause is wrong usage`(text: String) {
    let failure = #expect(throws: CommandFailure.self) { try WhereClause(text) }
    #expect(failure?.reason == .usage)
  }

  @Test func `vectors are written as pairs`() throws {
    let weights = try VectorText("2571:1,329:-0.5").weights
    #expect(weights.map(\.item) == [2571, 329])
    #expect(weights.map(\.weight) == [1, -0.5])
    for text in ["", "1", "1:", ":1", "1:1,", "1:nan", "1:inf", "-1:1", "1:1:1", "4294967296:1"] {
      let failure = #expect(throws: CommandFailure.self, "\(text)") { try VectorText(text) }
      #expect(failure?.reason == .usage)
    }
  }
}

import JSONCodec
import KindredCommand
import Testing

struct RecommendationAnswerTests {
  @Test func `recommendations are a table, each with its reasons when asked for`() throws {
    let result = try JSONValue.parse(
      """
      {"items": [
        {"id": 10, "score": 2.5, "neighbors": 2, "payload": {"title": "One", "genres": ["A", "B"]},
         "explanation": [{"neighbor": 7, "contribution": -0.5}, {"neighbor": 4, "contribution": 3.0}],
         "because": [{"item": 5, "contribution": 2.0}, {"item": 6, "contribution": 0.5}]},
        {"id": 11, "score": 1.0, "neighbors": 1}],
       "neighbors": [{"id": 7, "score": 4.5}, {"id": 4, "score": 1.5}]}
      """)
    let answer = try RecommendationAnswer(result)
    #expect(answer.reasonItems == [5, 6])
    #expect(
      answer.lines(width: nil, titles: [5: "Five"]) == [
        "#  title       score  neighbours  genres",
        "1  One      2.500000           2  A, B",
        "     you rated Five +2.000; item 6 +0.500",
        "     rated by user 4 (similarity 1.500) +3.000; user 7 (similarity 4.500) -0.500",
        "2  item 11  1.000000           1",
      ])
  }

  @Test func `own data has keys, and no columns for what it lacks`() throws {
    let result = try JSONValue.parse(
      """
      {"items": [
        {"id": 10, "score": 2.5, "neighbors": 1, "payload": {"key": "034X"},
         "explanation": [{"neighbor": 7, "contribution": 2.5}],
         "because": [{"item": 5, "contribution": 2.5}]}],
       "neighbors": [{"id": 7, "score": 4.5}]}
      """)
    let answer = try RecommendationAnswer(result)
    #expect(answer.reasonUsers == [7])
    #expect(
      answer.lines(width: nil, titles: [5: "12-B"], users: ["7": "ann"]) == [
        "#  key      score  neighbours",
        "1  034X  2.500000           1",
        "     you rated 12-B +2.500",
        "     rated by user ann (similarity 4.500) +2.500",
      ])
  }

  @Test func `explanations are as wide as the terminal, and say of how many others there are`()
    throws
  {
    let neighbors = (1...9).map { #"{"neighbor": \#($0), "contribution": 0.\#($0)}"# }
    let text =
      #"{"items": [{"id": 1, "score": 4.5, "neighbors": 9, "explanation": ["#
      + neighbors.joined(separator: ",") + #"]}], "neighbors": []}"#
    let answer = try RecommendationAnswer(JSONValue.parse(text))
    for width in [30, 40, 80] {
      #expect(answer.lines(width: width).allSatisfy { DisplayWidth.of($0) <= width })
    }
    let words = answer.lines(width: 80).dropFirst(2).joined(separator: " ")
    #expect(words.hasPrefix("     rated by user 9 +0.900; user 8 +0.800;"))
    #expect(words.hasSuffix("4 others +1.000"))
  }
}

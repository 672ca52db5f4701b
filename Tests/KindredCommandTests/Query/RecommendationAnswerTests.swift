import JSONCodec
import KindredCommand
import Testing

struct RecommendationAnswerTests {
  @Test func `recommendations are a table, each with its reasons when asked for`() throws {
    let result = try JSONValue.parse(
      """
      {"items": [
        {"id": 10, "score": 2.5, "neighbors": 2, "payload": {"title": "One", "genres": ["A", "B"]},
         "explanation": [{"neighbor": 7, "contribution": 3.0}, {"neighbor": 4, "contribution": -0.5}]},
        {"id": 11, "score": 1.0, "neighbors": 1}],
       "neighbors": [{"id": 7, "score": 4.5}, {"id": 4, "score": 1.5}]}
      """)
    #expect(
      try RecommendationAnswer(result).lines(width: nil) == [
        "#  title       score  neighbours  genres",
        "1  One      2.500000           2  A, B",
        "     user 7 +3.000, user 4 -0.500",
        "2  item 11  1.000000           1",
      ])
  }

  @Test func `an empty answer says why it is empty`() throws {
    func lines(_ text: String) throws -> [String] {
      try RecommendationAnswer(JSONValue.parse(text)).lines(width: nil)
    }
    #expect(
      try lines(#"{"items": [], "neighbors": []}"#) == ["nobody found who rated any of these"])
    #expect(
      try lines(#"{"items": [], "neighbors": [{"id": 1, "score": 1.0}]}"#)
        == ["the neighbours rated nothing else"])
  }
}

import Kindred
import Testing

@Suite("Maximal marginal relevance")
struct MMRTests {
  /// Two all but equal candidates and one that differs.
  private let relevance: [Float] = [1, 0.9, 0.5]
  private func similarity(_ left: Int, _ right: Int) -> Float {
    left == right ? 1 : left + right == 1 ? 0.95 : 0.1
  }

  @Test func `without diversity the order is that of relevance`() {
    let mmr = MMR(diversity: 0)
    #expect(mmr.select(limit: 3, relevance: relevance, similarity: similarity) == [0, 1, 2])
  }

  @Test func `with diversity the near copy comes last`() {
    // After 0: candidate 1 has 0.5·0.9 − 0.5·0.95 = −0.025, candidate 2 0.5·0.5 − 0.5·0.1 = 0.2.
    let mmr = MMR(diversity: 0.5)
    #expect(mmr.select(limit: 3, relevance: relevance, similarity: similarity) == [0, 2, 1])
    #expect(mmr.select(limit: 2, relevance: relevance, similarity: similarity) == [0, 2])
  }

  @Test func `the first is the most relevant whatever the diversity`() {
    let mmr = MMR(diversity: 1)
    #expect(mmr.select(limit: 1, relevance: [0.1, 0.7, 0.7], similarity: similarity) == [1])
  }

  @Test func `no candidates, no choice`() {
    #expect(MMR().select(limit: 5, relevance: [], similarity: similarity) == [])
  }
}

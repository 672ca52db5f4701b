import SparseIndex

/// Maximal marginal relevance: of the nearest candidates, pick one after the other what is similar to
/// the query but not to what has been picked.
public struct MMR: Equatable, Sendable {
  /// 0: only relevance counts; 1: only variety.
  public var diversity: Float
  /// How many nearest points to choose from; nil is the request's limit.
  public var candidatesLimit: Int?

  /// By default relevance and variety count the same, among as many candidates as the limit.
  public init(diversity: Float = 0.5, candidatesLimit: Int? = nil) {
    self.diversity = diversity
    self.candidatesLimit = candidatesLimit
  }

  /// Positions of the chosen candidates, in the order of choice.
  ///
  /// The first is the most relevant; each next has the largest λ·relevance − (1 − λ)·(its largest
  /// similarity to a chosen one), λ = 1 − diversity. Among equals the earlier candidate wins.
  /// - Parameters:
  ///   - relevance: each candidate's similarity to the query, the better the larger.
  ///   - similarity: of two candidates, by position; asked for once a chosen candidate.
  package func select(
    limit: Int, relevance: [Float], for context: ReadContext = .unlimited,
    similarity: (Int, Int) -> Float
  ) -> [Int] {
    let lambda = 1 - diversity
    var pending = Array(relevance.indices)
    var closest = [Float](repeating: -.infinity, count: relevance.count)
    var chosen: [Int] = []
    var meter = WorkMeter(context)
    while chosen.count < limit, !pending.isEmpty {
      var best = 0
      var bestScore = -Float.infinity
      for (position, candidate) in pending.enumerated() {
        if meter.isOver(after: 2) { return chosen }
        let score =
          chosen.isEmpty
          ? relevance[candidate] : lambda * relevance[candidate] - (1 - lambda) * closest[candidate]
        if score > bestScore {
          best = position
          bestScore = score
        }
      }
      let winner = pending.remove(at: best)
      chosen.append(winner)
      for candidate in pending {
        if meter.isOver(after: 8) { return chosen }
        closest[candidate] = max(closest[candidate], similarity(candidate, winner))
      }
    }
    return chosen
  }
}

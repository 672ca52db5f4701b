/// Climbs over grids of values, one parameter after the other, until no neighbouring value of any is
/// better, or the budget is used. It finds a summit, which need not be the highest.
package struct CoordinateSearch: Sendable {
  /// How many values each parameter has.
  package let counts: [Int]
  /// Settings that may be tried, the first among them.
  package let budget: Int

  package struct Outcome: Equatable, Sendable {
    /// A place in each grid.
    package var best: [Int]
    package var score: Double
    /// Settings that were tried.
    package var trialCount: Int
    /// Whether a summit was reached before the budget was used.
    package var isFinished: Bool
  }

  /// - Parameters:
  ///   - counts: at least 1 each.
  ///   - budget: at least 1.
  package init(counts: [Int], budget: Int) {
    precondition(budget > 0 && counts.allSatisfy { $0 > 0 })
    self.counts = counts
    self.budget = budget
  }

  /// - Parameters:
  ///   - start: is kept where nothing else is better.
  ///   - score: greater is better; asked once for each setting.
  package func run(
    from start: [Int], _ score: ([Int]) async throws -> Double
  ) async throws -> Outcome {
    var known: [[Int]: Double] = [:]
    var best = start
    var bestScore = try await score(start)
    known[start] = bestScore
    /// Nil where that would be beyond a grid or the budget.
    func tried(_ setting: [Int]) async throws -> Double? {
      if let score = known[setting] { return score }
      guard known.count < budget else { return nil }
      let found = try await score(setting)
      known[setting] = found
      return found
    }
    var isImproved = true
    while isImproved {
      isImproved = false
      for coordinate in counts.indices {
        for step in [1, -1] {
          var hasMoved = false
          while true {
            var next = best
            next[coordinate] += step
            guard (0..<counts[coordinate]).contains(next[coordinate]) else { break }
            guard let found = try await tried(next) else {
              return Outcome(
                best: best, score: bestScore, trialCount: known.count, isFinished: false)
            }
            guard found > bestScore else { break }
            (best, bestScore) = (next, found)
            (hasMoved, isImproved) = (true, true)
          }
          // The way back is known to be worse.
          if hasMoved { break }
        }
      }
    }
    return Outcome(best: best, score: bestScore, trialCount: known.count, isFinished: true)
  }
}

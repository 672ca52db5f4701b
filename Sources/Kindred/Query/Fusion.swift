import SparseIndex

/// The way in which several ranked lists become one.
public enum Fusion: Equatable, Sendable {
  /// Reciprocal rank fusion: each list adds 1 / ((position + 1) / weight + k − 1) to a point's score,
  /// positions counting from 0. `weights` has one weight a list, or is nil for equal ones; a list
  /// whose weight is not positive adds nothing.
  case rrf(k: Int = 2, weights: [Float]? = nil)
  /// Distribution-based score fusion: each list's scores are moved so that mean − 3σ becomes 0 and
  /// mean + 3σ becomes 1, then summed a point. A list of one, or of equal scores, counts 0.5 each.
  case dbsf

  /// The union of the lists, ranked by the fused score; equal scores: higher id first.
  /// - Throws: `.invalid` when the number of weights is not the number of lists.
  package func fuse(
    _ lists: [[RankedPoint]], for context: ReadContext = .unlimited
  ) throws(StoreError) -> [RankedPoint] {
    var scores: [PointID: Float] = [:]
    var meter = WorkMeter(context)
    switch self {
    case .rrf(let k, let weights):
      if let weights, weights.count != lists.count {
        throw .invalidQuery(.fusionWeightCount(weights.count, prefetchCount: lists.count))
      }
      for (index, list) in lists.enumerated() {
        let weight = weights?[index] ?? 1
        for (position, hit) in list.enumerated() {
          if meter.isOver(after: 32) { break }
          scores[hit.id, default: 0].addSaturating(
            Self.reciprocalRank(position, weight: weight, k: k))
        }
      }
    case .dbsf:
      for list in lists {
        for (hit, score) in zip(list, Self.normalizedScores(list.map(\.score))) {
          if meter.isOver(after: 32) { break }
          scores[hit.id, default: 0].addSaturating(score)
        }
      }
    }
    var fused = scores.map { RankedPoint(id: $0.key, score: $0.value) }
    fused.rankDescending(in: context)
    try context.check()
    return fused
  }

  package static func reciprocalRank(_ position: Int, weight: Float, k: Int) -> Float {
    guard weight > 0 else { return 0 }
    let rank = Float(position + 1) / weight + Float(k) - 1
    return (1 / rank).orSaturated(1 / Double(rank))
  }

  /// The scores on the scale where mean − 3σ is 0 and mean + 3σ is 1 (σ of a sample: n − 1).
  package static func normalizedScores(_ scores: [Float]) -> [Float] {
    guard scores.count > 1 else { return scores.map { _ in 0.5 } }
    var sum = 0.0
    for score in scores { sum += Double(score) }
    let mean = sum / Double(scores.count)
    var squares = 0.0
    for score in scores { squares += (Double(score) - mean) * (Double(score) - mean) }
    let deviation = (squares / Double(scores.count - 1)).squareRoot()
    guard deviation > 0 else { return scores.map { _ in 0.5 } }
    let low = mean - 3 * deviation
    return scores.map { Float(saturating: (Double($0) - low) / (6 * deviation)) }
  }
}

import SparseIndex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Nearest to a target, corrected by how relevant some examples were found to be.
public struct RelevanceFeedbackInput: Equatable, Sendable {
  /// An example and its relevance.
  public struct Item: Equatable, Sendable {
    /// The vector or point that was judged.
    public var example: VectorInput
    /// How relevant the example was; larger is better, on any scale.
    public var score: Float

    /// A judged example.
    public init(example: VectorInput, score: Float) {
      self.example = example
      self.score = score
    }
  }

  /// The vector or point that hits should be near.
  public var target: VectorInput
  /// The judged examples; each pair of unequal scores counts.
  public var feedback: [Item]
  /// Coefficients of the naive strategy.
  public var a: Float
  /// The power that the difference of two examples' scores is raised to.
  public var b: Float
  /// The factor of what the examples contribute.
  public var c: Float

  /// A search near the target, corrected by the pairs of judged examples.
  public init(target: VectorInput, feedback: [Item], a: Float, b: Float, c: Float) {
    self.target = target
    self.feedback = feedback
    self.a = a
    self.b = b
    self.c = c
  }
}

/// a·sim(target) + Σ (score₁ − score₂)ᵇ·c·(sim(example₁) − sim(example₂)) over the pairs of examples
/// where the first was found more relevant.
package struct FeedbackScore: ExampleScorer {
  package let examples: [VectorValue]
  private let a: Double
  /// The factor of each example's similarity: its factors of all pairs, added where it is the more
  /// relevant one and subtracted where it is the less relevant.
  private let weights: [Double]

  /// - Parameter context: when it is over, the scores mean nothing.
  package init(
    target: VectorValue, feedback: [(example: VectorValue, score: Float)], a: Float, b: Float,
    c: Float, for context: ReadContext = .unlimited
  ) {
    examples = [target] + feedback.map(\.example)
    self.a = Double(a)
    var weights = [Double](repeating: 0, count: feedback.count)
    var meter = WorkMeter(context)
    pairs: for (better, first) in feedback.enumerated() {
      for (worse, second) in feedback.enumerated() where first.score > second.score {
        if meter.isOver(after: 16) { break pairs }
        let factor = pow(Double(first.score) - Double(second.score), Double(b)) * Double(c)
        // Far beyond Float32 and far within Float64: sums of them stay numbers.
        let bounded = factor.isNaN ? 0 : min(max(factor, -1e100), 1e100)
        weights[better] += bounded
        weights[worse] -= bounded
      }
    }
    self.weights = weights
  }

  package func score(_ similarities: [Float]) -> Float {
    var score = a * Double(similarities[0])
    for (weight, similarity) in zip(weights, similarities.dropFirst()) {
      score += weight * Double(similarity)
    }
    return Float(saturating: score)
  }
}

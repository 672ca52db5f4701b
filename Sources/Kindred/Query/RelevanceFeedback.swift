import Foundation

/// Nearest to a target, corrected by how relevant some examples were found to be.
public struct RelevanceFeedbackInput: Equatable, Sendable {
  public struct Item: Equatable, Sendable {
    public var example: VectorInput
    /// How relevant the example was; larger is better, on any scale.
    public var score: Float

    public init(example: VectorInput, score: Float) {
      self.example = example
      self.score = score
    }
  }

  public var target: VectorInput
  public var feedback: [Item]
  /// Coefficients of the naive strategy.
  public var a: Float
  public var b: Float
  public var c: Float

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
  private let a: Float
  /// Positions in `examples`, and the factor of their difference.
  private let pairs: [(better: Int, worse: Int, factor: Float)]

  package init(
    target: VectorValue, feedback: [(example: VectorValue, score: Float)], a: Float, b: Float,
    c: Float
  ) {
    examples = [target] + feedback.map(\.example)
    self.a = a
    var pairs: [(better: Int, worse: Int, factor: Float)] = []
    for (better, first) in feedback.enumerated() {
      for (worse, second) in feedback.enumerated() where first.score > second.score {
        pairs.append((better + 1, worse + 1, powf(first.score - second.score, b) * c))
      }
    }
    self.pairs = pairs
  }

  package func score(_ similarities: [Float]) -> Float {
    var score = a * similarities[0]
    for pair in pairs {
      score += pair.factor * (similarities[pair.better] - similarities[pair.worse])
    }
    return score
  }
}

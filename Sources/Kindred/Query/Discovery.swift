/// A pair that divides the space: a point is on the good side when it is closer to `positive`.
public struct ContextPair: Equatable, Sendable {
  /// The example on the good side.
  public var positive: VectorInput
  /// The example on the bad side.
  public var negative: VectorInput

  /// A pair of two vectors or points.
  public init(positive: VectorInput, negative: VectorInput) {
    self.positive = positive
    self.negative = negative
  }
}

/// Points near the target, those on the good side of more pairs always first.
public struct DiscoverInput: Equatable, Sendable {
  /// The vector or point that hits should be near.
  public var target: VectorInput
  /// The pairs that divide the space; without any, only nearness to the target counts.
  public var context: [ContextPair]

  /// A search near the target, steered by the pairs.
  public init(target: VectorInput, context: [ContextPair]) {
    self.target = target
    self.context = context
  }
}

/// The integer part says on the good side of how many pairs the point is (less those where it is on
/// the bad one), the fraction how close it is to the target.
package struct DiscoveryScore: ExampleScorer {
  package let examples: [VectorValue]

  /// - Parameter pairs: (positive, negative).
  package init(target: VectorValue, pairs: [(VectorValue, VectorValue)]) {
    examples = [target] + pairs.flatMap { [$0.0, $0.1] }
  }

  package func score(_ similarities: [Float]) -> Float {
    var rank = 0
    for index in stride(from: 1, to: similarities.count, by: 2) {
      let positive = similarities[index]
      let negative = similarities[index + 1]
      rank += positive > negative ? 1 : positive < negative ? -1 : 0
    }
    return Float(rank) + scaledFastSigmoid(similarities[0])
  }
}

/// 0 for a point on the good side of every pair, less by up to 1 for each pair it is on the bad side
/// of.
package struct ContextScore: ExampleScorer {
  package let examples: [VectorValue]

  package init(pairs: [(VectorValue, VectorValue)]) {
    examples = pairs.flatMap { [$0.0, $0.1] }
  }

  package func score(_ similarities: [Float]) -> Float {
    var sum: Float = 0
    for index in stride(from: 0, to: similarities.count, by: 2) {
      let difference = similarities[index] - similarities[index + 1] - .ulpOfOne
      sum += fastSigmoid(min(difference, 0))
    }
    return sum
  }
}

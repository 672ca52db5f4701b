/// A query that scores a point by its similarities to several examples.
///
/// Similarities are larger for closer points whatever the distance (`DenseSimilarity`); a sparse
/// vector that shares no dimension with an example has similarity 0 to it. Every point that has the
/// vector is scored, and a larger score is better.
package protocol ExampleScorer: Sendable {
  /// The vectors to compare each point with.
  var examples: [VectorValue] { get }

  /// - Parameter similarities: one for each example, in their order; finite.
  /// - Returns: a finite number, saturated where it is beyond Float32.
  func score(_ similarities: [Float]) -> Float
}

/// x / (1 + |x|): all numbers to −1 … 1, order kept.
package func fastSigmoid(_ x: Float) -> Float {
  x.isFinite ? x / (1 + abs(x)) : x < 0 ? -1 : 1
}

/// All numbers to 0 … 1, order kept.
package func scaledFastSigmoid(_ x: Float) -> Float {
  0.5 * (fastSigmoid(x) + 1)
}

/// Weights as something else than they are stored: `scale · weight + offset`, of the dimensions that a
/// vector has. What it lacks stays absent, and counts as 0.
package struct AffineMap: Equatable, Sendable {
  package let scale: Double
  package let offset: Double

  package static let identity = AffineMap(scale: 1, offset: 0)

  package init(scale: Double, offset: Double) {
    self.scale = scale
    self.offset = offset
  }

  @inline(__always)
  package func callAsFunction(_ weight: Float) -> Double { scale * Double(weight) + offset }

  package func callAsFunction(_ vector: SparseVector) -> SparseVector {
    if self == .identity { return vector }
    return SparseVector(
      ascending: vector.dimensions, weights: vector.weights.map { Float(saturating: self($0)) })
  }
}

/// A map of stored weights to those that they stand for: affine, or of straight pieces between knots.
package struct WeightCurve: Sendable {
  /// The map where there are no knots.
  package let map: AffineMap
  /// The knots: ascending weights, with the values there.
  package let weights: [Float]
  package let values: [Double]

  package init(_ map: AffineMap) { self.init(map, knots: []) }

  /// - Parameter knots: weights ascend. Before the first and after the last the value is theirs.
  package init(_ map: AffineMap, knots: [(weight: Float, value: Double)]) {
    self.map = map
    weights = knots.map(\.weight)
    values = knots.map(\.value)
  }

  @inline(__always)
  package func callAsFunction(_ weight: Float) -> Double {
    weights.isEmpty ? map(weight) : interpolated(weight)
  }

  private func interpolated(_ weight: Float) -> Double {
    let next = weights.withUnsafeBufferPointer { weights in
      lowerBound(in: weights.indices) { weights[$0] < weight }
    }
    guard next < weights.count else { return values[weights.count - 1] }
    guard next > 0, weights[next] != weight else { return values[next] }
    let (start, end) = (Double(weights[next - 1]), Double(weights[next]))
    let share = (Double(weight) - start) / (end - start)
    return values[next - 1] + share * (values[next] - values[next - 1])
  }

  /// - Parameter range: weights beyond it count as its nearest end.
  package func callAsFunction(
    _ vector: SparseVector, within range: ClosedRange<Float>
  ) -> SparseVector {
    SparseVector(
      ascending: vector.dimensions,
      weights: vector.weights.map {
        Float(saturating: self(min(max($0, range.lowerBound), range.upperBound)))
      })
  }
}

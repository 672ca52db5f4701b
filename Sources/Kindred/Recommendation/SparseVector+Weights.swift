import SparseIndex

extension SparseVector {
  func weight(of dimension: UInt32) -> Float? { index(of: dimension).map { weights[$0] } }

  func index(of dimension: UInt32) -> Int? {
    let index = lowerBound(in: 0..<count) { dimensions[$0] < dimension }
    return index < count && dimensions[index] == dimension ? index : nil
  }

  /// The weights of both; of a dimension that both have, the other's.
  func replacing(with other: SparseVector) -> SparseVector {
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    dimensions.reserveCapacity(count + other.count)
    weights.reserveCapacity(count + other.count)
    var (own, others) = (0, 0)
    while own < count || others < other.count {
      let isOwn =
        others == other.count
        || own < count && self.dimensions[own] < other.dimensions[others]
      if isOwn {
        dimensions.append(self.dimensions[own])
        weights.append(self.weights[own])
        own += 1
      } else {
        if own < count, self.dimensions[own] == other.dimensions[others] { own += 1 }
        dimensions.append(other.dimensions[others])
        weights.append(other.weights[others])
        others += 1
      }
    }
    return SparseVector(ascending: dimensions, weights: weights)
  }
}

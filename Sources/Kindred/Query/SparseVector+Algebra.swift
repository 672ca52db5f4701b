import SparseIndex

extension SparseVector {
  /// The sum over the shared dimensions, ascending, in Float64.
  func dot(_ other: SparseVector) -> Double {
    var sum = 0.0
    var right = 0
    for left in 0..<count {
      while right < other.count, other.dimensions[right] < dimensions[left] { right += 1 }
      guard right < other.count else { break }
      if other.dimensions[right] == dimensions[left] {
        sum += Double(weights[left]) * Double(other.weights[right])
      }
    }
    return sum
  }

  /// Combines the weights over the union of the dimensions; a missing weight is 0.
  func merging(_ other: SparseVector, _ combine: (Float, Float) -> Float) -> SparseVector {
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    var left = 0
    var right = 0
    while left < count || right < other.count {
      // Past the end a side counts as infinitely far away; dimensions fit into UInt32.
      let ours = left < count ? UInt64(self.dimensions[left]) : .max
      let theirs = right < other.count ? UInt64(other.dimensions[right]) : .max
      dimensions.append(UInt32(min(ours, theirs)))
      weights.append(
        combine(
          ours <= theirs ? self.weights[left] : 0, theirs <= ours ? other.weights[right] : 0))
      if ours <= theirs { left += 1 }
      if theirs <= ours { right += 1 }
    }
    return SparseVector(ascending: dimensions, weights: weights)
  }
}

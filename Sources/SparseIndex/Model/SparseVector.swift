/// A set of (dimension, weight) pairs.
///
/// Invariant: `dimensions` ascends strictly, has as many elements as `weights`, and every weight is
/// finite. An empty vector is legal.
public struct SparseVector: Equatable, Sendable {
  /// The dimensions, strictly ascending.
  public let dimensions: [UInt32]
  /// The weight of each dimension, finite, in the order of `dimensions`.
  public let weights: [Float]

  /// Sorts the pairs by dimension.
  /// - Throws: `InvalidVector` for unequal lengths, a repeated dimension, or a weight that is NaN or
  ///   infinite; positions in the error count from 0 in the order given.
  public init(dimensions: [UInt32], weights: [Float]) throws(InvalidVector) {
    guard dimensions.count == weights.count else {
      throw .unequalLengths(dimensionCount: dimensions.count, weightCount: weights.count)
    }
    if let index = weights.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(position: index)
    }
    if Self.ascends(dimensions) {
      self.init(ascending: dimensions, weights: weights)
      return
    }
    let order = dimensions.indices.sorted { dimensions[$0] < dimensions[$1] }
    let sorted = order.map { dimensions[$0] }
    for index in sorted.indices.dropFirst() where sorted[index] == sorted[index - 1] {
      throw .repeatedDimension(sorted[index], position: max(order[index], order[index - 1]))
    }
    self.init(ascending: sorted, weights: order.map { weights[$0] })
  }

  /// For callers that hold the invariant already.
  package init(ascending dimensions: [UInt32], weights: [Float]) {
    self.dimensions = dimensions
    self.weights = weights
    assert(isWellFormed)
  }

  /// Whether the invariant holds that makes it a vector; false only for a mistake of the program.
  package var isWellFormed: Bool {
    Self.ascends(dimensions) && dimensions.count == weights.count
  }

  /// A vector without dimensions.
  public static let empty = SparseVector(ascending: [], weights: [])

  /// The number of (dimension, weight) pairs.
  public var count: Int { dimensions.count }

  /// The Euclidean length, summed in Float64 in the order of the dimensions.
  public var norm: Double {
    var sum = 0.0
    for weight in weights { sum += Double(weight) * Double(weight) }
    return sum.squareRoot()
  }

  private static func ascends(_ dimensions: [UInt32]) -> Bool {
    var index = 1
    while index < dimensions.count {
      if dimensions[index] <= dimensions[index - 1] { return false }
      index += 1
    }
    return true
  }
}

/// Why an array of dimensions and an array of weights are not a sparse vector.
public enum InvalidVector: Error, Equatable, Sendable {
  /// The two arrays have different lengths.
  case unequalLengths(dimensionCount: Int, weightCount: Int)
  /// A dimension occurs more than once; `position` is that of its later occurrence, from 0.
  case repeatedDimension(UInt32, position: Int)
  /// The weight at `position`, from 0, is NaN or infinite.
  case notFinite(position: Int)
}

extension InvalidVector: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unequalLengths(let dimensions, let weights):
      "\(dimensions) indices but \(weights) values: must be the same length"
    case .repeatedDimension(let dimension, let position):
      "index \(dimension) at position \(position) is repeated: must be unique"
    case .notFinite(let position):
      "value at position \(position) is not a finite number"
    }
  }
}

import JSONCodec
import SparseIndex

extension Record {
  /// Whether the operation writes what is there already, to the last bit and in the same order.
  /// - Precondition: the whole point has been read.
  func isLeftAsItIs(by operation: PointOperation) -> Bool {
    guard case .upsert(let point) = operation, point.id == id, let payload, let vectors else {
      return false
    }
    return payload.isIdentical(to: point.payload) && vectors.count == point.vectors.count
      && vectors.allSatisfy { name, vector in point.vectors[name]?.isIdentical(to: vector) ?? false
      }
  }
}

extension VectorValue {
  /// Like `==`, but zero and minus zero differ, which `==` takes for the same.
  fileprivate func isIdentical(to other: VectorValue) -> Bool {
    self == other && bits.elementsEqual(other.bits)
  }

  private var bits: [UInt32] {
    switch self {
    case .sparse(let vector): vector.weights.map(\.bitPattern)
    case .dense(let components): components.map(\.bitPattern)
    case .multiDense(let rows): rows.flatMap { $0.map(\.bitPattern) }
    }
  }
}

extension VectorValue {
  /// The bytes of its numbers alone.
  package var numberByteCount: Int {
    switch self {
    case .sparse(let vector): vector.count * 8
    case .dense(let components): components.count * 4
    case .multiDense(let rows): rows.reduce(0) { $0 + $1.count * 4 }
    }
  }

  /// About what it takes in memory.
  package var memoryByteCount: Int {
    let rowCount = if case .multiDense(let rows) = self { rows.count } else { 0 }
    return 64 + rowCount * 32 + numberByteCount
  }
}

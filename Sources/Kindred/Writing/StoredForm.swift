import SparseIndex

/// Points as they are stored: a plain vector for a multivector is its only row, and vectors that are
/// compared by cosine are divided by their lengths, once, so that comparing is a dot product. Clients
/// get the divided vectors back, as from Qdrant.
///
/// - Precondition: the operations have passed `BatchValidation`.
enum StoredForm {
  static func of(
    _ operations: [PointOperation], for configuration: CollectionConfiguration
  ) -> [PointOperation] {
    let changing = configuration.denseVectors.filter {
      $0.value.distance == .cosine || $0.value.isMultivector
    }
    guard !changing.isEmpty else { return operations }
    return operations.map { operation in
      guard case .upsert(var point) = operation else { return operation }
      for (name, parameters) in changing {
        if let vector = point.vectors[name] { point.vectors[name] = stored(vector, parameters) }
      }
      return .upsert(point)
    }
  }

  private static func stored(
    _ vector: VectorValue, _ parameters: DenseVectorParameters
  ) -> VectorValue {
    func row(_ components: [Float]) -> [Float] {
      parameters.distance == .cosine ? DenseSimilarity.cosineNormalized(components) : components
    }
    switch vector {
    case .dense(let components):
      let row = row(components)
      return parameters.isMultivector ? .multiDense([row]) : .dense(row)
    case .multiDense(let rows): return .multiDense(rows.map(row))
    case .sparse: return vector
    }
  }
}

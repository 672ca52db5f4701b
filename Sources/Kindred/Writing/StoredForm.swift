import SparseIndex

/// Points as they are stored: vectors that are compared by cosine are divided by their lengths, once,
/// so that comparing is a dot product. Clients get the divided vectors back, as from Qdrant.
///
/// - Precondition: the operations have passed `BatchValidation`.
enum StoredForm {
  static func of(
    _ operations: [PointOperation], for configuration: CollectionConfiguration
  ) -> [PointOperation] {
    let names = configuration.denseVectors.filter { $0.value.distance == .cosine }.map(\.key)
    guard !names.isEmpty else { return operations }
    return operations.map { operation in
      guard case .upsert(var point) = operation else { return operation }
      for name in names {
        switch point.vectors[name] {
        case .dense(let row): point.vectors[name] = .dense(DenseSimilarity.cosineNormalized(row))
        case .multiDense(let rows):
          point.vectors[name] = .multiDense(rows.map { DenseSimilarity.cosineNormalized($0) })
        case .sparse, nil: break
        }
      }
      return .upsert(point)
    }
  }
}

import SparseIndex

/// Whether points fit a collection's configuration.
enum BatchValidation {
  static func check(
    _ operations: [PointOperation], against configuration: CollectionConfiguration
  ) throws(StoreError) {
    let storesAll = configuration.vectorCount <= SegmentLimits.vectorCount
    for case .patch(let patch) in operations {
      guard storesAll else { throw tooManyVectors }
      guard patch.removed.count <= StoreLimits.sparseValueCount else {
        throw .invalid(
          "a patch can remove \(StoreLimits.sparseValueCount) values, not \(patch.removed.count)")
      }
      guard zip(patch.removed, patch.removed.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw .invalid("what a patch removes must be ascending and unique")
      }
      try check(.sparse(patch.entries), named: patch.vectorName, against: configuration)
    }
    for case .upsert(let point) in operations {
      guard storesAll || point.vectors.isEmpty else {
        throw tooManyVectors
      }
      for (name, vector) in point.vectors {
        try check(vector, named: name, against: configuration)
      }
      try StorableJSON.check(
        .object(point.payload), of: "a payload", maxDepth: StoreLimits.payloadDepth)
    }
  }

  private static var tooManyVectors: StoreError {
    .invalid(
      "the collection has more vectors than can be stored (\(SegmentLimits.vectorCount)): "
        + "remove some")
  }

  private static func check(
    _ vector: VectorValue, named name: ByteString, against configuration: CollectionConfiguration
  ) throws(StoreError) {
    // Earlier versions took such names into the configuration.
    guard name.utf8.count <= SegmentLimits.vectorNameByteCount else {
      throw .invalid("a vector's name of \(name.utf8.count) bytes is too long to store vectors")
    }
    if configuration.sparseVectors[name] != nil {
      guard case .sparse(let sparse) = vector else { throw .vectorKind(name: name.text) }
      guard sparse.count <= StoreLimits.sparseValueCount else {
        throw .invalid(
          "a sparse vector can have \(StoreLimits.sparseValueCount) values, not \(sparse.count)")
      }
      // A run that cannot be built would end all writing.
      guard sparse.isWellFormed else {
        throw .invalid("the dimensions of a sparse vector must be ascending and unique")
      }
      return
    }
    guard let parameters = configuration.denseVectors[name] else {
      throw .vectorNotFound(name.text)
    }
    switch vector {
    case .sparse: throw .vectorKind(name: name.text)
    case .dense(let components): try check(components, size: parameters.size)
    case .multiDense(let rows):
      guard parameters.isMultivector else { throw .multivector(name: name.text) }
      guard !rows.isEmpty else { throw .invalid("a multivector needs at least one row") }
      for row in rows { try check(row, size: parameters.size) }
    }
  }

  static func check(_ components: [Float], size: Int) throws(StoreError) {
    guard components.count == size else {
      throw .vectorSize(expected: size, found: components.count)
    }
    if let position = components.firstIndex(where: { !$0.isFinite }) {
      throw .invalid("\(InvalidVector.notFinite(position: position))")
    }
  }
}

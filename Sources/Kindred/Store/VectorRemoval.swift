import SparseIndex

extension Store {
  /// Removes a named vector from every point and from the configuration. The name goes in one step
  /// with the last vectors under it, so that whoever adds it again finds none of the old ones.
  /// - Returns: the last batch's sequence number.
  @discardableResult
  public func removeVector(
    _ vector: String, of collection: String
  ) async throws(StoreError) -> UInt64 {
    // Most points in batches before, so that the last step is short.
    while true {
      let snapshot = try self.collection(collection)
      try snapshot.checkVectorName(vector)
      let having = Filter(must: [.hasVector(ByteString(vector))])
      guard try snapshot.count(having) > VectorRemoval.batchPointCount else { break }
      try await write(to: collection) { snapshot throws(StoreError) in
        try VectorRemoval.operations(on: snapshot, vector, limit: VectorRemoval.batchPointCount)
      }
    }
    return try await decide { (state) throws(StoreError) in
      let target = try state.collection(collection)
      let snapshot = target.snapshot(sequenceNumber: state.sequenceNumber)
      try snapshot.checkVectorName(vector)
      let operations = try VectorRemoval.operations(on: snapshot, vector, limit: .max)
      var configuration = target.configuration
      configuration.denseVectors[vector] = nil
      configuration.sparseVectors[vector] = nil
      let points = LogOperation.points(
        collection: target.identity, StoredForm.of(operations, for: target.configuration))
      return (operations.isEmpty ? [] : [points]) + [
        .setConfiguration(identity: target.identity, configuration: configuration)
      ]
    }
  }
}

private enum VectorRemoval {
  /// Points in one batch.
  static let batchPointCount = 10_000

  /// Upserts of points that have the vector, without it.
  static func operations(
    on snapshot: CollectionSnapshot, _ vector: String, limit: Int
  ) throws(StoreError) -> [PointOperation] {
    let having = Filter(must: [.hasVector(ByteString(vector))])
    let (records, _) = try snapshot.scroll(
      limit: min(limit, max(1, snapshot.pointCount)), filter: having, vectors: .all)
    return records.map { record in
      var vectors = record.vectors ?? [:]
      vectors[vector] = nil
      return .upsert(Point(id: record.id, vectors: vectors, payload: record.payload ?? [:]))
    }
  }
}

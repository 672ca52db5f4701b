/// The few ways in which queries read a snapshot.
extension CollectionSnapshot {
  /// Ids of the points that pass, ascending, up to `limit`.
  func ids(matching filter: Filter?, limit: Int) throws(StoreError) -> [PointID] {
    try scroll(limit: limit, filter: filter, payload: .none, vectors: .none).records.map(\.id)
  }

  /// For each distinct condition the ids among `ids` for which it holds.
  func ids(
    _ ids: [PointID], passing conditions: [Condition]
  ) throws(StoreError) -> [(condition: Condition, ids: Set<PointID>)] {
    var held: [(condition: Condition, ids: Set<PointID>)] = []
    for condition in conditions where !held.contains(where: { $0.condition == condition }) {
      let filter = Filter(must: [.hasID(ids), condition])
      held.append((condition, Set(try self.ids(matching: filter, limit: .max))))
    }
    return held
  }

  /// Calls `body` with the payload of every point that passes and has a value at the key.
  func forEachPayload(
    at key: JSONPath, filter: Filter?, _ body: (PointID, JSONObject) -> Void
  ) throws(StoreError) {
    let present = Filter.merged(filter, Filter(mustNot: [.isEmpty(key: key)]))
    for record in try scroll(limit: .max, filter: present, payload: .all).records {
      if let payload = record.payload { body(record.id, payload) }
    }
  }

  /// The nearest points by similarity to the vector as it is given: no weighting happens here.
  func nearest(
    _ vector: VectorValue, using: String, filter: Filter?, limit: Int, scoreThreshold: Float?
  ) throws(StoreError) -> [RankedPoint] {
    try search(
      SearchRequest(
        vector: vector, using: using, filter: filter, limit: limit, scoreThreshold: scoreThreshold)
    ).map { RankedPoint(id: $0.id, score: $0.score) }
  }

  /// Calls `body` with every point that passes and has the vector, and its similarities to the
  /// examples.
  func forEachSimilarity(
    to examples: [VectorValue], _ vectors: QueryVectors, filter: Filter?,
    _ body: (PointID, [Float]) -> Void
  ) throws(StoreError) {
    let name = vectors.using
    let present = Filter.merged(filter, Filter(must: [.hasVector(name)]))
    for record in try scroll(limit: .max, filter: present, payload: .none, vectors: .names([name]))
      .records
    {
      guard let stored = record.vectors?[name] else { continue }
      body(record.id, examples.map { vectors.similarity($0, stored) })
    }
  }

  /// Counts the points that have the sparse vector, and those that have each dimension.
  func inverseDocumentFrequency(
    of dimensions: [UInt32], using: String, within scope: Filter?
  ) throws(StoreError) -> InverseDocumentFrequency {
    let present = Filter.merged(scope, Filter(must: [.hasVector(using)]))
    var pointCount = 0
    var frequencies: [UInt32: Int] = [:]
    for dimension in dimensions { frequencies[dimension] = 0 }
    for record in try scroll(limit: .max, filter: present, payload: .none, vectors: .names([using]))
      .records
    {
      guard case .sparse(let vector)? = record.vectors?[using] else { continue }
      pointCount += 1
      for dimension in vector.dimensions { frequencies[dimension]? += 1 }
    }
    return InverseDocumentFrequency(pointCount: pointCount, documentFrequencies: frequencies)
  }
}

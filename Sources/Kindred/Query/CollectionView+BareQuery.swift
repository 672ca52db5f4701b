import SparseIndex

extension CollectionView {
  /// The hits of a query for the nearest points to one sparse vector, and nothing else: as most queries are,
  /// whose stages would take almost as long as the search. They are the points that `query` answers.
  ///
  /// - Returns: best first, without those that the offset leaves out; nil for every other query.
  package func bareHits(_ request: QueryRequest) throws(StoreError) -> [Hit]? {
    let stage = request.stage
    guard case .nearest(.vector(.sparse(let vector)), mmr: nil)? = stage.query,
      stage.prefetch.isEmpty, stage.filter == nil, stage.limit > 0, stage.idf == nil,
      stage.lookupFrom == nil, case .none = request.withPayload, case .none = request.withVector,
      let parameters = configuration.sparseVectors[stage.using], parameters.modifier != .idf
    else { return nil }
    try checkContext()
    let hits = try hits(
      SearchRequest(
        vector: .sparse(vector), using: stage.using, limit: stage.limit, offset: request.offset,
        scoreThreshold: stage.scoreThreshold))
    if !context.take(hits.count * MemoryLayout<Hit>.stride) { try checkContext() }
    return hits
  }
}

import JSONCodec
import SparseIndex

extension CollectionView {
  /// Draws a sample and searches it for each of its points; every call draws anew.
  /// - Throws: `.vectorNotFound`; `.invalid` for a filter beyond the limits; `.timedOut`,
  ///   `.tooLarge` or `.busy` where the view's context ends the read.
  public func distanceMatrix(_ request: DistanceMatrixRequest) throws(StoreError) -> DistanceMatrix
  {
    var generator = SystemRandomNumberGenerator()
    return try distanceMatrix(request, using: &generator)
  }

  package func distanceMatrix(
    _ request: DistanceMatrixRequest, using generator: inout some RandomNumberGenerator
  ) throws(StoreError) -> DistanceMatrix {
    try checkVectorName(request.using)
    try validate(request.filter)
    let present = Filter.merged(
      request.filter, Filter(must: [.hasVector(ByteString(request.using))]))
    let candidates = ids(matching: present, limit: .max)
    var ids = Sample.random(request.sample, of: candidates, using: &generator)
    ids.sort(in: context) { $0 < $1 }
    try checkContext()
    guard ids.count >= 2 else { return DistanceMatrix(ids: [], pairs: []) }
    var pairs: [DistanceMatrix.Pair] = []
    for id in ids {
      // A point asked with by its id is left out of its own neighbours.
      let hits = try query(
        QueryRequest(
          QueryStage(
            query: .nearest(.id(id)), using: request.using, filter: Filter(must: [.hasID(ids)]),
            limit: request.limit)))
      pairs += hits.map { DistanceMatrix.Pair(a: id, b: $0.id, score: $0.score) }
      context.take(2 * hits.count * MemoryLayout<DistanceMatrix.Pair>.stride)
    }
    return DistanceMatrix(ids: ids, pairs: pairs)
  }
}

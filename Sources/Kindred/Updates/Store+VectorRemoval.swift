import JSONCodec
import SparseIndex
import Synchronization

extension Store {
  /// Removes a named vector from every point and from the configuration. The name goes in one step
  /// with the last vectors under it, so that a new vector of that name finds none of the old ones.
  /// - Returns: the last batch's sequence number.
  @discardableResult
  public func removeVector(
    _ vector: String, of collection: String
  ) async throws(StoreError) -> UInt64 {
    let having = Filter(must: [.hasVector(ByteString(vector))])
    while true {
      try self.collection(collection).checkVectorName(vector)
      // All that there are now in parts, so that the last step is short.
      try await write(pointsPassing: having, to: collection) { _, found throws(StoreError) in
        try found.read().map { .upsert($0.without(vector)) }
      }
      let isDone = Atomic(false)
      let number = try await decide { (state) throws(StoreError) in
        let target = try state.collection(collection)
        let view = target.view(sequenceNumber: state.sequenceNumber)
        try view.checkVectorName(vector)
        let (records, next) = try view.scroll(
          limit: VectorRemoval.lastPointCount, filter: having, vectors: .all)
        // So many were written meanwhile.
        guard next == nil else { return [] }
        isDone.store(true, ordering: .relaxed)
        var configuration = target.configuration
        configuration.denseVectors[vector] = nil
        configuration.sparseVectors[vector] = nil
        let operations = records.map { record in
          let point = Point(
            id: record.id, vectors: record.vectors ?? [:], payload: record.payload ?? [:])
          return PointOperation.upsert(point.without(vector))
        }
        let points = LogOperation.points(
          collection: target.identity, StoredForm.of(operations, for: target.configuration))
        return (operations.isEmpty ? [] : [points]) + [
          .setConfiguration(identity: target.identity, configuration: configuration)
        ]
      }
      if isDone.load(ordering: .relaxed) { return number }
    }
  }
}

private enum VectorRemoval {
  /// Points that the step which removes the name may still change.
  static let lastPointCount = 256
}

extension Point {
  fileprivate func without(_ vector: String) -> Point {
    var point = self
    point.vectors[vector] = nil
    return point
  }
}

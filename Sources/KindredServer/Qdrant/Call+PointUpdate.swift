import Kindred

extension Call {
  /// Makes one change and answers how it went.
  func update(_ operation: PointUpdate) async throws -> Answer {
    let (sequenceNumber, waited) = try await make(operation)
    return .written(sequenceNumber, waited: waited)
  }

  /// Makes one change.
  /// - Returns: the last batch's sequence number, and whether the client asked to wait.
  func make(_ operation: PointUpdate) async throws -> (sequenceNumber: UInt64, waited: Bool) {
    let waits = try waits()
    let store = try store
    try checkWritable([operation])
    do {
      let sequenceNumber = try await store.apply(operation, to: collectionName, for: context)
      return (sequenceNumber, waits)
    } catch StoreError.pointNotFound where !waits {
      // A client that does not wait is not told, as in Qdrant; nothing was changed.
      return (store.lastSequenceNumber, false)
    }
  }
}

/// Something to be written, and who waits for it.
struct WriteRequest: Sendable {
  enum Work: Sendable {
    /// Operations on points that do not depend on what is stored.
    case batch(PreparedBatch)
    /// Reads the state as every request before has left it and says what to write; no operations
    /// mean that there is nothing to do.
    case decide(@Sendable (StoreState) throws(StoreError) -> [LogOperation])
  }

  let work: Work
  /// Called once, on the committer's thread, when the request is durable and visible or refused; gets
  /// the sequence number.
  let complete: @Sendable (Result<UInt64, StoreError>) -> Void

  var byteCount: Int {
    switch work {
    case .batch(let batch): batch.encoded.rawByteCount
    case .decide: 0
    }
  }
}

/// A data directory, open: the write path, the collections, and what runs in the background.
public final class Store: Sendable {
  /// Opens a data directory, making it when it does not exist, and recovers what the last process
  /// left: reads the manifest, maps the segments, replays the log.
  ///
  /// - Parameter progress: called during replay with the fraction done, 0 to 1.
  public static func open(
    _ directory: String, options: StoreOptions = StoreOptions(),
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(StoreError) -> Store { preconditionFailure("stub") }

  /// Names of the collections, sorted.
  public var collectionNames: [String] { preconditionFailure("stub") }

  /// The collection as it is now.
  public func collection(_ name: String) throws(StoreError) -> CollectionSnapshot {
    preconditionFailure("stub")
  }

  /// Throws `.collectionExists` when there is one of that name, `.invalid` for a bad name.
  public func createCollection(
    _ name: String, _ configuration: CollectionConfiguration
  ) async throws(StoreError) { preconditionFailure("stub") }

  /// - Returns: whether there was such a collection.
  public func deleteCollection(_ name: String) async throws(StoreError) -> Bool {
    preconditionFailure("stub")
  }

  /// Changes a collection's configuration in one atomic step.
  public func updateConfiguration(
    of name: String,
    _ change: @escaping @Sendable (inout CollectionConfiguration) throws(StoreError) -> Void
  ) async throws(StoreError) { preconditionFailure("stub") }

  /// Inserts the points, replacing whole points of the same id. Durable when this returns.
  /// - Returns: the batch's sequence number.
  @discardableResult
  public func upsert(_ points: [Point], into name: String) async throws(StoreError) -> UInt64 {
    preconditionFailure("stub")
  }

  @discardableResult
  public func delete(_ ids: [PointID], from name: String) async throws(StoreError) -> UInt64 {
    preconditionFailure("stub")
  }

  /// Reads and writes in one atomic step: `prepare` sees every write acknowledged or queued before,
  /// and its operations are one batch.
  @discardableResult
  public func write(
    to name: String,
    _ prepare: @escaping @Sendable (CollectionSnapshot) throws(StoreError) -> [PointOperation]
  ) async throws(StoreError) -> UInt64 { preconditionFailure("stub") }

  /// Writes everything in the memtables into segment files and cuts the log.
  public func flush() async throws(StoreError) { preconditionFailure("stub") }

  /// Merges each collection's segments into one, dropping what was overwritten or deleted.
  public func compact(_ collection: String? = nil) async throws(StoreError) {
    preconditionFailure("stub")
  }

  /// Finishes the writes that are queued, flushes, and lets go of the directory.
  public func close() async throws(StoreError) { preconditionFailure("stub") }

  public var statistics: StoreStatistics { preconditionFailure("stub") }
}

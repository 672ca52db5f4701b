import SparseIndex
import StorageIO

/// A batch that has been checked, encoded and compressed, off the committer's thread.
struct PreparedBatch: Sendable {
  let collectionName: String
  let identity: UInt64
  /// The configuration that the operations have been checked against.
  let configurationVersion: Int
  let operations: [PointOperation]
  let encoded: EncodedBatch
  /// Made here when the batch is large; small ones of a group, and those with patches, make one run
  /// together.
  let run: Run?

  private static let largeOperationCount = 256
  private static let largeByteCount = 256 << 10

  /// Whether preparing them takes so long that searches should go first.
  static func areMany(_ operations: [PointOperation], byteCount: Int) -> Bool {
    operations.count >= largeOperationCount || byteCount >= largeByteCount
  }

  /// - Parameter builder: makes the run of a large batch while this thread encodes it; nil where the
  ///   operations are not many.
  /// - Throws: `.invalid` or `.vectorNotFound` for operations that do not fit the collection.
  init(
    _ operations: [PointOperation], for collection: CollectionState, builder: Worker?
  ) throws(StoreError) {
    try BatchValidation.check(operations, against: collection.configuration)
    let operations = StoredForm.of(operations, for: collection.configuration)
    collectionName = collection.name
    identity = collection.identity
    configurationVersion = collection.configurationVersion
    self.operations = operations
    var run: Promise<Result<Run, StorageError>>?
    if let builder, !operations.contains(where: \.isPatch) {
      run = builder.promise {
        Result { () throws(StorageError) in
          try Run(
            operations, configuration: collection.configuration, collection: collection.identity)
        }
      }
    }
    encoded = try EncodedBatch(logging: [.points(collection: collection.identity, operations)])
    do throws(StorageError) {
      self.run = try run?.wait().get()
    } catch {
      throw .storage(error)
    }
  }
}

extension EncodedBatch {
  /// - Throws: `.invalid` when the batch is too large for one frame.
  init(logging operations: [LogOperation]) throws(StoreError) {
    let bytes = BatchEncoder.encode(operations)
    guard bytes.count <= StoreLimits.batchByteCount else {
      throw .invalid(
        "a batch of \(bytes.count) bytes is larger than \(StoreLimits.batchByteCount): split it")
    }
    self.init(bytes)
  }
}

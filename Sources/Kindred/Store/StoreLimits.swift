import SparseIndex

/// Every limit of the store, in one place. Requests beyond one are refused with `.invalid`.
public enum StoreLimits {
  /// A collection's or alias's name, in UTF-8.
  public static let nameByteCount = 200
  /// One batch in the log, before compression.
  public static let batchByteCount = LogFormat.maxBatchByteCount
  /// The bytes that a point may take in memory after a change.
  public static let pointByteCount = 64 << 20
  /// How deeply a payload may nest.
  public static let payloadDepth = 64
  /// The aliases of one store.
  public static let aliasCount = 65_536
  /// A vector's name, in UTF-8.
  public static let vectorNameByteCount = 200
  /// The vectors of one collection, sparse and dense.
  public static let vectorCount = 1024
  /// Components of a dense vector.
  public static let denseSizes = 1...65_536
  /// Values of a sparse vector: segments count the bytes of 1,024 vectors in 32 bits.
  public static let sparseValueCount = 1 << 19
  /// The payload indexes of one collection.
  public static let payloadIndexCount = 1024
  /// The key path of a payload index as text, in UTF-8.
  public static let payloadIndexKeyByteCount = 1024
  /// How deeply the value of a parameter may nest among annotations, metadata too.
  public static let parameterDepth = 32
  /// One collection's configuration as JSON.
  public static let configurationByteCount = 1 << 20
  /// Bytes of the configurations of all collections together, which the manifest holds.
  public static let allConfigurationsByteCount = 256 << 20

  /// The same as `parameterDepth` in an archive, which an earlier version may have made: as deep as
  /// log, manifest and archives can hold, with the levels that they add.
  static let archivedParameterDepth = CollectionConfiguration.maxJSONDepth - 8

  /// About what the points of one batch of patches may take, in memory.
  static let patchedByteCount = 64 << 20
  /// Requests that share one sync.
  static let groupRequestCount = 4096
  static let groupByteCount = 16 << 20
  /// Batches that wait for the committer, encoded; further callers wait their turn.
  static let queueByteCount = 64 << 20
  /// Reserved in the log for deletions when the disk is full.
  static let deletionReserveByteCount = 128 << 10
  /// Room that upserts leave free for one compaction is the largest collection's size, up to this.
  static let compactionReserveByteCount = 1 << 30
  /// A flush at closing takes no longer: the log has everything.
  static let closingFlushDuration = Duration.seconds(5)
  /// Collections with something to flush beyond which closing does not begin to: each is a file and two
  /// syncs.
  static let closingFlushCollectionCount = 256

  /// - Throws: `.invalid` with the reason for a name that no collection or alias may have.
  package static func check(name: String) throws(StoreError) {
    let refused: Set<Unicode.Scalar> = ["/", "\\", "<", ">", ":", "\"", "|", "?", "*"]
    if name.isEmpty { throw .invalid("collection name must not be empty") }
    guard name.utf8.count <= nameByteCount else {
      throw .invalid("collection name must not be longer than \(nameByteCount) bytes")
    }
    guard name != ".", name != ".." else {
      throw .invalid("collection name cannot be \"\(name)\"")
    }
    for scalar in name.unicodeScalars {
      guard !refused.contains(scalar), scalar.value >= 32 else {
        throw .invalid("collection name cannot contain \(scalar.debugDescription) char")
      }
    }
  }
}

/// Every limit of the store, in one place. Requests beyond one are refused with `.invalid`.
public enum StoreLimits {
  /// A collection's or alias's name, in UTF-8.
  public static let nameByteCount = 200
  /// One batch in the log, before compression.
  public static let batchByteCount = LogFormat.maxBatchByteCount
  /// How deeply a payload may nest.
  public static let payloadDepth = 64

  /// Requests that share one sync.
  static let groupRequestCount = 4096
  static let groupByteCount = 16 << 20
  /// Batches that wait for the committer, encoded; further callers wait their turn.
  static let queueByteCount = 64 << 20
  /// Reserved in the log for deletions when the disk is full.
  static let deletionReserveByteCount = 128 << 10
  /// Room that upserts leave free for one compaction is the largest collection's size, up to this.
  static let compactionReserveByteCount = 1 << 30

  /// - Throws: `.invalid` with the reason for a name that no collection or alias may have.
  package static func check(name: String) throws(StoreError) {
    let refused: Set<Character> = ["/", "\\", "<", ">", ":", "\"", "|", "?", "*"]
    if name.isEmpty { throw .invalid("collection name must not be empty") }
    guard name.utf8.count <= nameByteCount else {
      throw .invalid("collection name must not be longer than \(nameByteCount) bytes")
    }
    guard name != ".", name != ".." else {
      throw .invalid("collection name cannot be \"\(name)\"")
    }
    for character in name {
      guard !refused.contains(character), character.unicodeScalars.allSatisfy({ $0.value >= 32 })
      else {
        throw .invalid("collection name cannot contain \(character.debugDescription) char")
      }
    }
  }
}

/// A report of what opening a store found and did.
public struct RecoveryReport: Equatable, Sendable {
  /// Batches of the log that were in no segment file yet, and were applied again.
  public var replayedBatchCount = 0
  /// The bytes of these batches, uncompressed.
  public var replayedByteCount = 0
  /// Bytes of an unfinished last frame that were cut off (never acknowledged).
  public var tornByteCount = 0
  /// Files left by an interrupted flush or compaction, removed.
  public var removedOrphans: [String] = []
  /// Segment files found damaged and set aside, with the reason; of a store that is open, also those
  /// found since.
  public var quarantined: [String] = []
  /// How long opening took, in seconds.
  public var seconds = 0.0
}

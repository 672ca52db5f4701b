/// Figures about a store for people and for metrics; byte counts are bytes, times seconds.
public struct StoreStatistics: Sendable {
  /// The size of one collection.
  public struct Collection: Sendable {
    public var name: String
    public var pointCount: Int
    /// How many points have each vector, by its name: of those whose sections have all been compared
    /// with their checksums.
    public var vectorCounts: [(name: String, count: Int)]
    public var deletedPointCount: Int
    public var segmentCount: Int
    public var segmentByteCount: Int
    /// Points that are in no segment file yet: the log is all that keeps them.
    public var memtablePointCount: Int
    public var memtableRunCount: Int
    public var memtableByteCount: Int
    /// Memory of posting lists that are kept decoded.
    public var postingsCacheByteCount: Int
    /// Bytes of segment files that have not been compared with their checksums since they were opened:
    /// they are before they are used.
    public var unverifiedByteCount: Int
  }

  public var collections: [Collection] = []
  /// Why writing is refused, when it is.
  public var readOnlyReason: String?
  /// Why the last flush could not be made, when it is tried again until it can.
  public var flushObstacle: String?
  public var logFileCount = 0
  public var logByteCount = 0
  public var lastSequenceNumber: UInt64 = 0
  /// The durations of the log's syncs.
  public var syncs = DurationHistogram(bounds: DurationHistogram.syncBounds)
  public var flushCount = 0
  public var compactionCount = 0
  public var availableDiskByteCount = 0
  public var recovery = RecoveryReport()
}

/// The conditions that an operator should look at; reading them costs nothing, however many
/// collections there are.
public struct StoreCondition: Sendable {
  /// See `RecoveryReport`.
  public var quarantined: [String]
  /// Bytes of segment files that the comparison with their checksums after opening has not come to.
  public var unverifiedByteCount: Int
  /// See `StoreStatistics`.
  public var readOnlyReason: String?
  /// See `StoreStatistics`.
  public var flushObstacle: String?
}

/// A report of what opening a store found and did.
public struct RecoveryReport: Equatable, Sendable {
  public var replayedBatchCount = 0
  public var replayedByteCount = 0
  /// Bytes of an unfinished last frame that were cut off (never acknowledged).
  public var tornByteCount = 0
  /// Files left by an interrupted flush or compaction, removed.
  public var removedOrphans: [String] = []
  /// Segment files found damaged and set aside, with the reason; of a store that is open, also those
  /// found since.
  public var quarantined: [String] = []
  public var seconds = 0.0
}

/// Figures about a store for people and for metrics; byte counts are bytes, times seconds.
public struct StoreStatistics: Sendable {
  /// The size of one collection.
  public struct Collection: Sendable {
    /// The collection's name.
    public var name: String
    /// Live points, in memtables and segment files.
    public var pointCount: Int
    /// How many points have each vector, by its name: of those whose sections have all been compared
    /// with their checksums.
    public var vectorCounts: [(name: String, count: Int)]
    /// Points that are overwritten or deleted and take room until the next flush or compaction.
    public var deletedPointCount: Int
    /// Segment files.
    public var segmentCount: Int
    /// The bytes of these files.
    public var segmentByteCount: Int
    /// Points that are in no segment file yet: the log is all that keeps them.
    public var memtablePointCount: Int
    /// Runs of the memtable: searches ask each of them.
    public var memtableRunCount: Int
    /// Bytes of memory that the memtable takes.
    public var memtableByteCount: Int
    /// Memory of posting lists that are kept decoded.
    public var postingsCacheByteCount: Int
    /// Bytes of segment files that have not been compared with their checksums since they were opened:
    /// they are before they are used.
    public var unverifiedByteCount: Int
  }

  /// One entry a collection, by name.
  public var collections: [Collection] = []
  /// Why writing is refused, when it is.
  public var readOnlyReason: String?
  /// Why the last flush could not be made, when it is tried again until it can.
  public var flushObstacle: String?
  /// Files of the log that a restart would replay.
  public var logFileCount = 0
  /// The bytes of these files.
  public var logByteCount = 0
  /// The sequence number of the last batch that readers see.
  public var lastSequenceNumber: UInt64 = 0
  /// The durations of the log's syncs.
  public var syncs = DurationHistogram(bounds: DurationHistogram.syncBounds)
  /// Flushes since the store was opened.
  public var flushCount = 0
  /// Compactions since the store was opened.
  public var compactionCount = 0
  /// Room on the device of the data directory; 0 where it cannot be told.
  public var availableDiskByteCount = 0
  /// The report of opening the store.
  public var recovery = RecoveryReport()
}

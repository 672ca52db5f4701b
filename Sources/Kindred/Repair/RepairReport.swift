import JSONCodec

/// A report of what a repair keeps of a damaged data directory, and of what it cannot keep.
public struct RepairReport: Equatable, Sendable {
  /// The repair of one collection, in numbers.
  public struct Collection: Equatable, Sendable {
    /// The collection's name.
    public var name: String
    /// Live points in segment files that are whole.
    public var keptPointCount = 0
    /// Live points in damaged ones that can be read; `losses` says what they may lack.
    public var salvagedPointCount = 0
    /// Live points in segment files whose points cannot be read.
    public var lostPointCount = 0
    /// What could not be kept, in words.
    public var losses: [String] = []
  }

  /// Collections of the manifest; others may come out of the log.
  public internal(set) var collections: [Collection] = []
  /// Segment files that are whole.
  public internal(set) var keptSegmentCount = 0
  /// Damaged segment files with points that can be read.
  public internal(set) var salvagedSegmentCount = 0
  /// Batches of the log that can be read.
  public internal(set) var keptBatchCount = 0
  /// Damage as the full check sees it, and what follows from it.
  public internal(set) var lost: [CheckReport.Finding] = []
}

extension RepairReport {
  package var json: JSONValue {
    [
      "collections": .array(
        collections.map {
          [
            "name": .string($0.name), "kept_points": .integer(Int64($0.keptPointCount)),
            "salvaged_points": .integer(Int64($0.salvagedPointCount)),
            "lost_points": .integer(Int64($0.lostPointCount)),
            "losses": .array($0.losses.map { .string($0) }),
          ]
        }),
      "kept_segments": .integer(Int64(keptSegmentCount)),
      "salvaged_segments": .integer(Int64(salvagedSegmentCount)),
      "kept_log_batches": .integer(Int64(keptBatchCount)),
      "lost": .array(lost.map(\.json)),
    ]
  }
}

import JSONCodec

/// What a repair keeps of a damaged data directory, and what it cannot.
public struct RepairReport: Equatable, Sendable {
  public struct Collection: Equatable, Sendable {
    public var name: String
    /// Live points in segment files that are whole.
    public var keptPointCount: Int
    /// Live points in those that are not.
    public var lostPointCount: Int
  }

  /// Collections of the manifest; others may come out of the log.
  public internal(set) var collections: [Collection] = []
  public internal(set) var keptSegmentCount = 0
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
            "lost_points": .integer(Int64($0.lostPointCount)),
          ]
        }),
      "kept_segments": .integer(Int64(keptSegmentCount)),
      "kept_log_batches": .integer(Int64(keptBatchCount)),
      "lost": .array(lost.map(\.json)),
    ]
  }
}

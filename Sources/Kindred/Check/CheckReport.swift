import JSONCodec
import StorageIO

/// The findings of a check of a data directory.
public struct CheckReport: Equatable, Sendable {
  /// How much a check looks at.
  public enum Depth: String, Sendable {
    /// Names, sizes, headers, footers, and the log's frames.
    case quick
    /// Also every checksum, every value, and whether what is stored twice agrees.
    case full
  }

  /// The consequence of a finding.
  public enum Severity: String, Sendable {
    /// Opening the store, or compacting, puts it right, and nothing is lost that is known to have been
    /// acknowledged.
    case repairable
    /// Something could not be looked at, for a reason that is not damage: too many open files, no
    /// permission.
    case unchecked
    /// Something acknowledged cannot be read.
    case dataLost = "data_lost"
  }

  /// Something that is not as it should be, and its place.
  public struct Finding: Equatable, Sendable {
    /// How bad it is.
    public var severity: Severity
    /// The file that is concerned.
    public var path: String
    /// The place in the file, where one place is meant.
    public var offset: Int?
    /// The finding in words.
    public var message: String
  }

  /// How much was looked at.
  public let depth: Depth
  /// Everything that is not as it should be; empty in a sound directory.
  public internal(set) var findings: [Finding] = []
  /// Collections of the manifest; in a full check also those that only the log has yet.
  public internal(set) var collectionCount = 0
  /// Segment files that were looked at.
  public internal(set) var segmentCount = 0
  /// The bytes of these files.
  public internal(set) var segmentByteCount = 0
  /// Live points in segment files.
  public internal(set) var pointCount = 0
  /// Files of the log.
  public internal(set) var logFileCount = 0
  /// Batches in the log that are not in segment files.
  public internal(set) var batchCount = 0
  /// How often these batches store a point, the same one perhaps several times; nil in a quick check.
  public internal(set) var loggedPointCount: Int?

  init(_ depth: Depth) { self.depth = depth }

  /// Nil when everything is as it should be.
  public var severity: Severity? {
    [.dataLost, .unchecked, .repairable].first { severity in
      findings.contains { $0.severity == severity }
    }
  }

  mutating func note(
    _ severity: Severity, _ path: String, at offset: Int? = nil, _ message: String
  ) {
    findings.append(Finding(severity: severity, path: path, offset: offset, message: message))
  }

  /// Notes damage.
  /// - Throws: what is not damage: a newer format.
  mutating func note(_ error: StorageError, remedy: String = "") throws(StorageError) {
    switch error {
    case .corrupt(let path, let offset, let expected):
      note(.dataLost, path, at: offset, "damaged: expected \(expected)" + remedy)
    case .io(_, let path, Errno.notFound): note(.dataLost, path, "missing" + remedy)
    case .io(let operation, let path, let code):
      note(
        code == Errno.io ? .dataLost : .unchecked, path,
        "cannot \(operation) it: \(Errno.message(code))" + remedy)
    case .newerFormat, .locked: throw error
    }
  }
}

extension CheckReport {
  package var json: JSONValue {
    [
      "depth": .string(depth.rawValue),
      "status": .string(severity?.rawValue ?? "clean"),
      "findings": .array(findings.map(\.json)),
      "collections": .integer(Int64(collectionCount)),
      "segments": .integer(Int64(segmentCount)),
      "segment_bytes": .integer(Int64(segmentByteCount)),
      "points": .integer(Int64(pointCount)),
      "log_files": .integer(Int64(logFileCount)),
      "log_batches": .integer(Int64(batchCount)),
      "log_points": loggedPointCount.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}

extension CheckReport.Finding {
  package var json: JSONValue {
    [
      "severity": .string(severity.rawValue), "path": .string(path),
      "offset": offset.map { .integer(Int64($0)) } ?? .null, "message": .string(message),
    ]
  }
}

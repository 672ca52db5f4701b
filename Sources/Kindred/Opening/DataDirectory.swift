import StorageIO

/// Where everything lies in a data directory. Files are named by number, never by what a user chose.
package struct DataDirectory: Sendable {
  package let root: String
  package let fileSystem: any FileSystem

  static let manifestName = "MANIFEST"
  static let logsName = "wal"
  static let segmentsName = "segments"
  static let logSuffix = ".wal"
  static let tornTailSuffix = ".torn"
  static let segmentSuffix = ".segment"

  package init(_ root: String, _ fileSystem: any FileSystem) {
    var root = root
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    self.root = root
    self.fileSystem = fileSystem
  }

  package var lock: String { root + "/LOCK" }
  package var manifest: String { root + "/" + Self.manifestName }
  /// The manifest before: a repair starts from it where the manifest itself cannot be read.
  package var previousManifest: String { manifest + ".previous" }
  package var logs: String { root + "/" + Self.logsName }
  package var segments: String { root + "/" + Self.segmentsName }
  package var archives: String { root + "/snapshots" }
  /// Damaged segment files, each with a `.reason` beside it.
  package var quarantine: String { root + "/quarantine" }

  package func log(_ number: UInt64) -> String { logs + "/" + Self.name(number) + Self.logSuffix }
  /// The bytes that were cut off the end of a log file.
  package func tornTail(_ number: UInt64) -> String {
    logs + "/" + Self.name(number) + Self.tornTailSuffix
  }
  package func segment(_ number: UInt64) -> String { segments + "/" + Self.segmentName(number) }
  package static func segmentName(_ number: UInt64) -> String { name(number) + segmentSuffix }

  /// Where a damaged segment file is set aside.
  func asidePath(_ number: UInt64) -> String { quarantine + "/" + Self.segmentName(number) }

  func readManifest(_ path: String) throws(StorageError) -> Manifest {
    try ManifestFormat.read(path, in: fileSystem)
  }

  /// The number in `000000000000002a.wal`; nil for any other name.
  package static func number(in name: String, suffix: String) -> UInt64? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.dropLast(suffix.count)
    guard digits.utf8.count == 16, let number = UInt64(digits, radix: 16),
      Self.name(number) == digits
    else { return nil }
    return number
  }

  private static func name(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

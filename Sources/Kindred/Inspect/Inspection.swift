import JSONCodec
import StorageIO

/// The contents of a file, as people and programs want to read them: some facts, and a table.
package struct Inspection: Sendable {
  package var path: String
  package var facts: JSONObject = [:]
  package var rowsName: String
  package var columns: [String]
  /// Each with a value for each column.
  package var rows: [[JSONValue]] = []

  package enum FileKind: String, CaseIterable, Sendable {
    case wal, segment, manifest
  }

  package var json: JSONValue {
    var object: JSONObject = ["path": .string(path)]
    for fact in facts.members { object[fact.name] = fact.value }
    object[rowsName] = .array(
      rows.map { row in
        var object = JSONObject()
        for (column, value) in zip(columns, row) { object[column] = value }
        return .object(object)
      })
    return .object(object)
  }

  /// Reads a file, or the files of that kind in a data directory. Takes no lock: the end of a log that
  /// is being written may look torn.
  /// - Throws: `.storage` with `.corrupt` when the file has not even a header, `.newerFormat`, `.io`.
  package static func read(
    _ kind: FileKind, _ path: String, fileSystem: any FileSystem = PosixFileSystem()
  ) throws(StoreError) -> [Inspection] {
    try translating { () throws(StorageError) in
      var inspections: [Inspection] = []
      for path in try files(kind, path, fileSystem) {
        switch kind {
        case .wal: inspections.append(try .log(fileSystem.readAll(path), path: path))
        case .segment: inspections.append(try .segment(fileSystem.map(path), path: path))
        case .manifest: inspections.append(try .manifest(path, in: fileSystem))
        }
      }
      return inspections
    }
  }

  private static func files(
    _ kind: FileKind, _ path: String, _ fileSystem: any FileSystem
  ) throws(StorageError) -> [String] {
    guard let names = try? fileSystem.list(path) else { return [path] }
    let directory = DataDirectory(path, fileSystem)
    switch kind {
    case .manifest: return [directory.manifest]
    case .wal:
      return try inside(
        names.contains(DataDirectory.logsName) ? directory.logs : path, DataDirectory.logSuffix)
    case .segment:
      return try inside(
        names.contains(DataDirectory.segmentsName) ? directory.segments : path,
        DataDirectory.segmentSuffix)
    }
    func inside(_ folder: String, _ suffix: String) throws(StorageError) -> [String] {
      try fileSystem.list(folder).filter { $0.hasSuffix(suffix) }.map { folder + "/" + $0 }
    }
  }
}

extension JSONValue {
  static func count(_ value: some BinaryInteger) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .string("\(value)")
  }

  /// Identities and checksums, as hexadecimal dumps show them.
  static func hexadecimal(_ value: some BinaryInteger) -> JSONValue {
    .string("0x" + String(value, radix: 16))
  }
}

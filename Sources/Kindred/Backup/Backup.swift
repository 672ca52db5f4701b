import JSONCodec
import StorageIO

/// A report of what a backup holds.
public struct BackupReport: Equatable, Sendable {
  /// The sequence number of the last batch in it.
  public var sequenceNumber: UInt64
  /// Segment files in it.
  public var segmentCount: Int
  /// The bytes of everything in it.
  public var byteCount: Int
  /// The part of `byteCount` that is not shared with the data directory.
  public var copiedByteCount: Int
}

/// Copies a data directory, as of one moment, to another place: a data directory itself, with the
/// same manifest, the segment files it names, and the log up to the cut.
struct Backup {
  let files: PinnedFiles
  let directory: DataDirectory

  /// - Parameter linking: whether segment files may be shared with the backup.
  /// - Throws: `.storage`: `.io` when a file is missing, `.corrupt` when the log is damaged;
  ///   `.invalid` when damaged segments have been set aside, or the destination lies in the data directory.
  func write(to destination: String, linking: Bool) throws(StoreError) -> BackupReport {
    guard !isInDirectory(destination) else {
      throw .invalid(
        "'\(destination)' lies in the data directory, with which it would be lost: name another place"
      )
    }
    try translating { () throws(StorageError) in try directory.quarantineReasons() }.requireNone()
    return try DirectoryBuilder.make(destination, directory.fileSystem) {
      (builder) throws(StoreError) in
      try translating { () throws(StorageError) in try fill(builder, linking: linking) }
    }
  }

  private func isInDirectory(_ destination: String) -> Bool {
    let path = standardizedPath(destination)
    let folder = standardizedPath(path + "/..")
    return [path, resolvedPath(folder).map { $0 + "/" }].contains { path in
      [standardizedPath(directory.root), resolvedPath(directory.root)].contains { root in
        if let path, let root { path.utf8.starts(with: (root + "/").utf8) } else { false }
      }
    }
  }

  func fill(
    _ builder: DirectoryBuilder, linking: Bool
  ) throws(StorageError) -> BackupReport {
    var report = BackupReport(
      sequenceNumber: files.manifest.flushedSequenceNumber,
      segmentCount: files.segments.count, byteCount: 0, copiedByteCount: 0)
    for (number, file) in files.segments.sorted(by: { $0.key < $1.key }) {
      let bytes = try file.get()
      report.byteCount += bytes.count
      report.copiedByteCount += try builder.addSegment(
        number, bytes, linking: linking ? directory.segment(number) : nil)
    }
    var log = try LiveLog(files.logs, of: files.manifest, in: directory)
    try log.read { (_, _) throws(StorageError) in }
    for (file, found) in zip(log.files, files.logs) {
      // Without what was reserved, and without an unfinished write.
      let bytes = found.bytes.slice(0..<file.reader.offset)
      try builder.addLog(found.number, bytes, mark: file.reader)
      report.byteCount += bytes.count
      report.copiedByteCount += bytes.count
    }
    report.sequenceNumber = log.sequenceNumber
    try builder.addManifest(files.manifest)
    return report
  }
}

extension [String] {
  fileprivate func requireNone() throws(StoreError) {
    guard let reason = first else { return }
    throw .invalid(
      "damaged segments have been set aside (\(reason)), which a backup would lack: repair the "
        + "directory into a new one, or move what is in 'quarantine' away")
  }
}

extension Backup {
  /// Pins the files of a directory that nobody has open.
  init(_ directory: DataDirectory) throws(StoreError) {
    let files = try translating { () throws(StorageError) in
      try PinnedFiles(directory.readManifest(directory.manifest), in: directory)
    }
    self.init(files: files, directory: directory)
  }
}

extension BackupReport {
  package var json: JSONValue {
    [
      "sequence_number": .integer(Int64(sequenceNumber)),
      "segments": .integer(Int64(segmentCount)),
      "bytes": .integer(Int64(byteCount)), "copied_bytes": .integer(Int64(copiedByteCount)),
    ]
  }
}

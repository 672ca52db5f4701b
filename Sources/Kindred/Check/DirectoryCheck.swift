import SparseIndex
import StorageIO

/// Checks a data directory. Reads only.
struct DirectoryCheck {
  private let directory: DataDirectory
  private(set) var report: CheckReport

  init(_ directory: DataDirectory, _ depth: CheckReport.Depth) {
    self.directory = directory
    report = CheckReport(depth)
  }

  private var isFull: Bool { report.depth == .full }

  // MARK: Nobody has it open

  /// - Throws: what is not damage: `.newerFormat`, or `.io` when there is no directory.
  static func run(
    _ directory: DataDirectory, _ depth: CheckReport.Depth
  ) throws(StorageError) -> CheckReport {
    var check = DirectoryCheck(directory, depth)
    try check.checkAlone()
    return check.report
  }

  private mutating func checkAlone() throws(StorageError) {
    let names = Set(try directory.fileSystem.list(directory.root))
    guard names.contains(DataDirectory.manifestName) else { return try checkWithoutManifest(names) }
    do throws(StorageError) {
      let manifest = try directory.readManifest(directory.manifest)
      for name in [DataDirectory.segmentsName, DataDirectory.logsName]
      where !names.contains(name) {
        return report.note(.dataLost, directory.root + "/" + name, "missing")
      }
      let lastLog = try check(PinnedFiles(manifest, in: directory))
      for path in try directory.leftovers(manifest, lastLog: lastLog ?? .max) {
        report.note(.repairable, path, "left by an interrupted step; opening removes it")
      }
    } catch {
      try report.note(error)
    }
  }

  /// A first start that was interrupted leaves a log file without frames at most.
  private mutating func checkWithoutManifest(_ names: Set<String>) throws(StorageError) {
    guard
      names.contains(DataDirectory.logsName) || names.contains(DataDirectory.segmentsName)
    else {
      throw .io(operation: "find a data directory in", path: directory.root, code: Errno.notFound)
    }
    if try directory.isUnfinishedInitialization() {
      report.note(.repairable, directory.manifest, "the first start was interrupted")
    } else {
      report.note(.dataLost, directory.manifest, "missing, and there are a log or segments")
    }
  }

  // MARK: The files

  /// - Returns: the number of the last log file, when the log could be opened.
  @discardableResult
  mutating func check(_ files: PinnedFiles) throws(StorageError) -> UInt64? {
    for reason in try directory.quarantineReasons() {
      report.note(.dataLost, directory.quarantine, "a segment was set aside: \(reason)")
    }
    if let defect = files.manifestDefect {
      try report.note(
        defect, remedy: "; the daemon has it in memory: its next flush writes the file anew")
    }
    checkPreviousManifest()
    check(files.manifest)
    report.collectionCount = files.manifest.collections.count
    for collection in files.manifest.collections {
      var segments: [StoredSegment] = []
      for entry in collection.segments {
        if let stored = try check(entry, of: collection, in: files) {
          segments.append(stored)
        }
      }
      if isFull { checkThatIDsDiffer(segments, in: collection.name) }
    }
    do throws(StorageError) {
      return try checkLog(files)
    } catch {
      try report.note(error)
      return nil
    }
  }

  /// Only a repair would need it.
  private mutating func checkPreviousManifest() {
    do throws(StorageError) {
      _ = try directory.readManifest(directory.previousManifest)
    } catch .io(_, _, Errno.notFound) {
    } catch {
      report.note(
        .repairable, directory.previousManifest,
        "the manifest before, kept for a repair, cannot be read; the next flush replaces it")
    }
  }

  /// Checks what the format cannot rule out.
  private mutating func check(_ manifest: Manifest) {
    func note(_ text: String) { report.note(.dataLost, directory.manifest, text) }
    let segments = manifest.collections.flatMap(\.segments)
    if manifest.segmentNumbers.count != segments.count { note("names a segment twice") }
    if segments.contains(where: { $0.number >= manifest.nextSegmentNumber }) {
      note("names a segment beyond the next number")
    }
    // A collection has no name yet while an archive is imported into it.
    let names = manifest.collections.map(\.name).filter { !$0.isEmpty }
    if Set(names.map { ByteString($0) }).count != names.count {
      note("has two collections of one name")
    }
    let identities = manifest.collections.map(\.identity)
    if Set(identities).count != identities.count
      || identities.contains(where: { $0 >= manifest.nextCollectionIdentity })
    {
      note("has collection identities that are not its own")
    }
  }

  private mutating func check(
    _ entry: Manifest.Segment, of collection: Manifest.Collection,
    in files: PinnedFiles
  ) throws(StorageError) -> StoredSegment? {
    let path = directory.segment(entry.number)
    report.segmentCount += 1
    report.segmentByteCount += entry.byteCount
    do throws(StorageError) {
      let bytes = try files.segments[entry.number]!.get()
      if isFull { try readThrough(path, mayBeGone: files.isOfOpenStore) }
      let stored = try SegmentFile.open(
        entry, bytes, path: path, collection: collection.identity,
        checksums: isFull ? .compareNow : .compareWhenUsed(damageFound: nil))
      report.pointCount += stored.live.livePointCount
      guard isFull else { return stored }
      let audit = try SegmentAudit(
        stored.live, configuration: collection.configuration, path: path)
      for finding in audit.findings {
        let remedy = finding.isDerived ? "; a compaction makes them again" : ""
        report.note(
          finding.isDerived ? .repairable : .dataLost, path, finding.text + remedy)
      }
      return stored
    } catch {
      // A segment in quarantine has been noted already.
      if try !directory.fileSystem.exists(directory.asidePath(entry.number)) {
        try report.note(error)
      }
      return nil
    }
  }

  /// Reads a file from front to back, so that a disk that cannot is an error and not, as through a
  /// mapping, a signal.
  /// - Parameter mayBeGone: whether a compaction may have removed the file since it was mapped.
  private func readThrough(_ path: String, mayBeGone: Bool) throws(StorageError) {
    do throws(StorageError) {
      try directory.fileSystem.readThrough(path)
    } catch .io(_, _, Errno.notFound) where mayBeGone {
    }
  }

  /// A point is live in one segment at most.
  private mutating func checkThatIDsDiffer(_ segments: [StoredSegment], in collection: String) {
    for (index, stored) in segments.enumerated() {
      let others = segments[(index + 1)...].filter { $0.idRange.overlaps(stored.idRange) }
      guard !others.isEmpty else { continue }
      for offset in 0..<stored.live.segment.pointCount where stored.live.isLive(offset) {
        let id = stored.live.segment.id(at: offset)
        for other in others {
          guard let place = other.live.segment.offset(of: id), other.live.isLive(place) else {
            continue
          }
          return report.note(
            .dataLost, directory.manifest,
            "point \(id) of '\(collection)' is live in segments \(stored.number) and \(other.number)"
          )
        }
      }
    }
  }

  // MARK: The log

  private mutating func checkLog(_ files: PinnedFiles) throws(StorageError) -> UInt64? {
    var log = try LiveLog(files.logs, of: files.manifest, in: directory)
    report.logFileCount = log.files.count
    let decodes = isFull
    var count = 0
    var pointCount = 0
    var identities = Set(files.manifest.collections.map(\.identity))
    defer {
      report.batchCount = count
      if decodes {
        report.loggedPointCount = pointCount
        report.collectionCount = identities.count
      }
    }
    try log.read { (frame, path) throws(StorageError) in
      if decodes {
        let operations = try BatchDecoder.decode(
          SharedBytes(frame.batch), path: path, offset: frame.offset)
        for operation in operations {
          switch operation {
          case .points(_, let operations):
            for case .upsert in operations { pointCount += 1 }
          case .createCollection(let identity, _, _): identities.insert(identity)
          case .dropCollection(let identity): identities.remove(identity)
          case .setConfiguration, .setAliases: break
          }
        }
      }
      count += 1
    }
    let last = log.files.last!
    if log.tornByteCount > 0 {
      report.note(
        .repairable, last.path, at: last.reader.offset,
        "\(log.tornByteCount) bytes that are not a whole batch, and nothing says that they had been "
          + "synced: as a rule a write that did not finish and was not acknowledged, but damage to "
          + "the last write before a power failure looks the same; opening cuts them off and keeps "
          + "them in a .torn file")
    }
    return last.reader.header.fileNumber
  }
}

extension FileSystem {
  /// Reads a file from front to back.
  func readThrough(_ path: String) throws(StorageError) {
    let file = try open(path, .read)
    defer { file.close() }
    let pieceByteCount = 1 << 20
    var offset = 0
    while true {
      let piece = try SharedBytes(capacity: pieceByteCount) { (buffer) throws(StorageError) in
        try file.read(into: buffer, at: offset)
      }
      offset += piece.count
      if piece.count < pieceByteCount { return }
    }
  }
}

import SparseIndex
import StorageIO

/// Makes a new data directory of what can be read of a damaged one: the segment files that are whole,
/// and every batch of the log that is, numbered anew. The old directory is only read.
struct Repair {
  private let directory: DataDirectory
  private let damage: CheckReport
  private var manifest: Manifest
  private let log: Log
  private(set) var report = RepairReport()
  private var segments: [UInt64: SharedBytes] = [:]

  /// How the log is read.
  private enum Log {
    /// As opening would.
    case whole([LiveLog.Found])
    /// Around damage.
    case damaged(LogSalvage)
  }

  /// Looks at everything and writes nothing.
  /// - Throws: `.invalid` when there is nothing to start from; `.storage`.
  init(_ directory: DataDirectory) throws(StoreError) {
    self.directory = directory
    let (damage, manifest, files) = try translating {
      () throws(StorageError) -> (CheckReport, Manifest?, [LiveLog.Found]) in
      let manifest = try Self.findManifest(in: directory)
      return (
        try DirectoryCheck.run(directory, .full), manifest,
        try manifest.map { (manifest) throws(StorageError) in
          try LiveLog.find(manifest, in: directory)
        } ?? []
      )
    }
    guard let manifest else {
      throw .invalid(
        "the manifest of '\(directory.root)' cannot be read, and without it nobody knows which "
          + "points are live: restore a backup")
    }
    self.damage = damage
    self.manifest = manifest
    log =
      Self.isWhole(files, of: manifest, in: directory)
      ? .whole(files) : .damaged(LogSalvage(files, of: manifest, in: directory))
    report.lost = damage.findings.filter { $0.severity == .dataLost }
    try translating { () throws(StorageError) in
      try keepSegments()
      let (count, lost) = try readLog { (_) throws(StorageError) in }
      report.keptBatchCount = count
      report.lost += lost.map {
        .init(severity: .dataLost, path: directory.logs, offset: nil, message: $0)
      }
    }
  }

  /// The manifest, or the one that a store has before its first flush, when the log is all there.
  private static func findManifest(in directory: DataDirectory) throws(StorageError) -> Manifest? {
    do throws(StorageError) {
      return try ManifestFormat.decode(
        directory.fileSystem.readAll(directory.manifest), path: directory.manifest)
    } catch .newerFormat(let path, let found, let supported) {
      throw .newerFormat(path: path, found: found, supported: supported)
    } catch {
      let path = directory.log(1)
      guard let bytes = try? directory.fileSystem.readAll(path),
        let header = try? LogHeader(bytes, path: path), header.firstSequenceNumber == 1
      else { return nil }
      return Manifest(storeIdentity: header.storeIdentity)
    }
  }

  private static func isWhole(
    _ files: [LiveLog.Found], of manifest: Manifest, in directory: DataDirectory
  ) -> Bool {
    guard var log = try? LiveLog(files, of: manifest, in: directory) else { return false }
    let end: Void? = try? log.read { (frame, path) throws(StorageError) in
      _ = try BatchDecoder.decode(SharedBytes(frame.batch), path: path, offset: frame.offset)
    }
    return end != nil
  }

  // MARK: What is kept

  private mutating func keepSegments() throws(StorageError) {
    let damaged = Set(damage.findings.filter { $0.severity == .dataLost }.map(\.path))
    for index in manifest.collections.indices {
      let collection = manifest.collections[index]
      var figures = RepairReport.Collection(
        name: collection.name, keptPointCount: 0, lostPointCount: 0)
      var kept: [Manifest.Segment] = []
      for entry in collection.segments {
        let liveCount = entry.pointCount - (entry.deleted?.memberCount ?? 0)
        let path = directory.segment(entry.number)
        guard !damaged.contains(path), let bytes = try? directory.fileSystem.map(path) else {
          figures.lostPointCount += liveCount
          continue
        }
        segments[entry.number] = bytes
        figures.keptPointCount += liveCount
        kept.append(entry)
      }
      manifest.collections[index].segments = kept
      report.collections.append(figures)
    }
    report.keptSegmentCount = segments.count
  }

  /// Calls `body` with every batch that can be read, in order.
  /// - Returns: how many, and what is lost among them.
  private func readLog(
    _ body: ([UInt8]) throws(StorageError) -> Void
  ) throws(StorageError) -> (count: Int, lost: [String]) {
    var known = Set(manifest.collections.map(\.identity))
    var (count, strayCount) = (0, 0)
    func take(_ bytes: [UInt8], _ operations: [LogOperation]) throws(StorageError) {
      count += 1
      for operation in operations {
        switch operation {
        case .createCollection(let identity, _, _): known.insert(identity)
        case .points(let identity, _) where !known.contains(identity): strayCount += 1
        default: break
        }
      }
      try body(bytes)
    }
    switch log {
    case .whole(let files):
      var log = try LiveLog(files, of: manifest, in: directory)
      try log.read { (frame, path) throws(StorageError) in
        try take(
          frame.batch,
          BatchDecoder.decode(SharedBytes(frame.batch), path: path, offset: frame.offset))
      }
      return (count, [])
    case .damaged(let salvage):
      let missing = try salvage.read { (batch) throws(StorageError) in
        try take(batch.bytes, batch.operations)
      }
      var lost = missing.map {
        "the batches of sequence numbers \($0.lowerBound) to \($0.upperBound) are lost"
      }
      if strayCount > 0 {
        lost.append("\(strayCount) batches are for collections whose creation is lost")
      }
      return (count, lost)
    }
  }

  // MARK: Writing

  /// Makes the directory, checks it in full, and then gives it its name.
  func write(to destination: String) throws(StoreError) {
    var manifest = manifest
    // Files of the two directories must not be taken for each other's.
    manifest.storeIdentity = .random(in: 1 ... .max)
    try DirectoryBuilder.make(destination, directory.fileSystem) { (builder) throws(StoreError) in
      try translating { () throws(StorageError) in
        for (number, bytes) in segments {
          _ = try builder.addSegment(number, bytes, linking: nil)
        }
        try writeLog(to: builder.directory, manifest)
        try builder.addManifest(manifest)
      }
      try Store.requireClean(builder.directory.root, directory.fileSystem)
    }
  }

  private func writeLog(
    to destination: DataDirectory, _ manifest: Manifest
  ) throws(StorageError) {
    let header = LogHeader(
      seed: .random(in: 1 ... .max), storeIdentity: manifest.storeIdentity,
      fileNumber: manifest.firstLogNumber,
      firstSequenceNumber: manifest.flushedSequenceNumber + 1)
    let writer = try LogWriter(
      creating: destination.log(header.fileNumber), header: header, in: destination.fileSystem)
    defer { writer.close() }
    _ = try readLog { (bytes) throws(StorageError) in
      _ = writer.append(EncodedBatch(bytes))
      try writer.write()
    }
    try writer.synchronize()
    writer.markDurable()
  }
}

extension Store {
  /// Says what a repair of a data directory that no process has open would keep; with a destination,
  /// makes a new directory of it there.
  ///
  /// The directory itself is never changed. The new one has passed a full check when it gets its name.
  public static func repair(
    _ directory: String, to destination: String? = nil,
    fileSystem: any FileSystem = PosixFileSystem()
  ) throws(StoreError) -> RepairReport {
    let directory = DataDirectory(directory, fileSystem)
    return try directory.withLockIfPresent { () throws(StoreError) in
      let repair = try Repair(directory)
      if let destination { try repair.write(to: destination) }
      return repair.report
    }
  }
}

import SparseIndex
import StorageIO

/// Makes a new data directory of what can be read of a damaged one: the segment files that are
/// whole, the points of the others as far as they can be read, and every batch of the log that is
/// whole, numbered anew. The old directory is only read.
struct Repair {
  private let directory: DataDirectory
  /// Paths of the files that hold damage.
  private let damaged: Set<String>
  private var manifest: Manifest
  private let log: Log
  private(set) var report = RepairReport()
  private var segments: [UInt64: SharedBytes] = [:]
  private var salvaged: [Salvaged] = []

  /// A damaged segment file with points that can be read.
  private struct Salvaged {
    let collectionIndex: Int
    let entry: Manifest.Segment
    let salvage: SegmentSalvage
  }

  /// How the log is read.
  private enum Log {
    /// Read as opening a store would.
    case whole([LiveLog.Found])
    /// Read around damage.
    case damaged(LogSalvage)
  }

  /// Looks at everything and writes nothing.
  /// - Throws: `.invalid` when there is nothing to start from; `.storage`.
  init(_ directory: DataDirectory) throws(StoreError) {
    self.directory = directory
    let (base, damage, files) = try translating {
      () throws(StorageError) -> (RepairBase?, CheckReport, [LiveLog.Found]) in
      let base = try RepairBase.find(in: directory)
      var check = DirectoryCheck(directory, .full)
      guard let base else { return (nil, check.report, []) }
      let files = try PinnedFiles(base.manifest, in: directory)
      try check.check(files)
      return (base, check.report, files.logs)
    }
    guard let base else {
      throw .invalid(
        "neither a manifest nor a log file of '\(directory.root)' can be read: restore a backup")
    }
    manifest = base.manifest
    let losses = damage.findings.filter { $0.severity != .repairable }
    damaged = Set(losses.map(\.path))
    log =
      Self.isWhole(files, of: manifest, in: directory)
      ? .whole(files) : .damaged(LogSalvage(files, of: manifest, in: directory))
    report.lost = base.findings + losses
    try translating { () throws(StorageError) in
      keepSegments()
      let (count, lost) = try readLog { (_) throws(StorageError) in }
      report.keptBatchCount = count
      report.lost += lost.map {
        .init(severity: .dataLost, path: directory.logs, offset: nil, message: $0)
      }
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

  // MARK: Kept data

  private mutating func keepSegments() {
    for index in manifest.collections.indices {
      let collection = manifest.collections[index]
      var figures = RepairReport.Collection(name: collection.name)
      var kept: [Manifest.Segment] = []
      for entry in collection.segments {
        let liveCount = entry.pointCount - (entry.deleted?.memberCount ?? 0)
        let path = directory.segment(entry.number)
        if !damaged.contains(path), let bytes = try? directory.fileSystem.map(path) {
          segments[entry.number] = bytes
          figures.keptPointCount += liveCount
          kept.append(entry)
        } else if let salvage = salvage(entry, collection.configuration) {
          salvaged.append(Salvaged(collectionIndex: index, entry: entry, salvage: salvage))
          figures.salvagedPointCount += liveCount
          figures.losses += salvage.losses.map {
            "of \(liveCount) points of segment \(DataDirectory.segmentName(entry.number)), \($0)"
          }
        } else {
          figures.lostPointCount += liveCount
        }
      }
      manifest.collections[index].segments = kept
      report.collections.append(figures)
    }
    report.keptSegmentCount = segments.count
    report.salvagedSegmentCount = salvaged.count
  }

  /// Reads what is left of a damaged segment file, where it lies or where it was set aside.
  private func salvage(
    _ entry: Manifest.Segment, _ configuration: CollectionConfiguration
  ) -> SegmentSalvage? {
    for path in [directory.segment(entry.number), directory.asidePath(entry.number)] {
      // Copied, since a disk that cannot read all of a mapping says so by a signal.
      guard let bytes = try? directory.fileSystem.readAll(path),
        let salvage = try? SegmentSalvage(bytes, path: path, configuration: configuration),
        salvage.pointCount == entry.pointCount
      else { continue }
      return salvage
    }
    return nil
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
        try writeSalvaged(to: builder, &manifest)
        try writeLog(to: builder.directory, manifest)
        try builder.addManifest(manifest)
      }
      try Store.requireClean(builder.directory.root, directory.fileSystem)
    }
  }

  /// Writes points of damaged segment files into new ones, each small enough to need little memory.
  private func writeSalvaged(
    to builder: DirectoryBuilder, _ manifest: inout Manifest
  ) throws(StorageError) {
    for part in salvaged {
      let collection = manifest.collections[part.collectionIndex]
      for start in stride(from: 0, to: part.entry.pointCount, by: Self.salvagedPointCount) {
        let end = min(start + Self.salvagedPointCount, part.entry.pointCount)
        let points = (start..<end).filter { part.entry.deleted?[$0] != true }
          .map { part.salvage.point(at: $0, fitting: collection.configuration) }
        guard !points.isEmpty else { continue }
        var sink = MemorySink()
        try SegmentBuilder.build(
          points, configuration: collection.configuration, collection: collection.identity,
          into: &sink)
        let bytes = SharedBytes(sink.bytes)
        let number = manifest.nextSegmentNumber
        manifest.nextSegmentNumber += 1
        _ = try builder.addSegment(number, bytes, linking: nil)
        manifest.collections[part.collectionIndex].segments.append(
          .init(
            number: number, byteCount: bytes.count, pointCount: points.count,
            tailChecksum: ManifestFormat.tailChecksum(bytes)))
      }
    }
  }

  private static let salvagedPointCount = 20_000

  private func writeLog(
    to destination: DataDirectory, _ manifest: Manifest
  ) throws(StorageError) {
    let header = LogHeader(
      seed: .random(in: 1 ... .max), storeIdentity: manifest.storeIdentity,
      fileNumber: manifest.firstLogNumber,
      firstSequenceNumber: manifest.flushedSequenceNumber + 1)
    let writer = try LogWriter(
      creating: destination.log(header.fileNumber), header: header, in: destination.fileSystem)
    defer { writer.close(keepingMark: true) }
    _ = try readLog { (bytes) throws(StorageError) in
      _ = writer.append(EncodedBatch(bytes))
      try writer.write()
    }
    try writer.synchronize()
    writer.markDurable()
  }
}

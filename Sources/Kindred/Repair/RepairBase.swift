import SparseIndex
import StorageIO

/// The base of a repair: the manifest, or, where it cannot be read, what the one before it, the
/// segment files and the log tell of it.
struct RepairBase {
  private(set) var manifest: Manifest
  /// The manifest's defect, and what is not known because of it.
  private(set) var findings: [CheckReport.Finding] = []
  private let directory: DataDirectory

  /// - Returns: nil when there is nothing to start from.
  /// - Throws: `.newerFormat`; `.io` when there is no directory.
  static func find(in directory: DataDirectory) throws(StorageError) -> RepairBase? {
    do throws(StorageError) {
      return RepairBase(try directory.readManifest(directory.manifest), directory)
    } catch {
      var report = CheckReport(.full)
      try report.note(error)
      return try RepairBase(without: report.findings, in: directory)
    }
  }

  private init(_ manifest: Manifest, _ directory: DataDirectory) {
    self.manifest = manifest
    self.directory = directory
  }

  // MARK: Without a manifest

  private init?(
    without findings: [CheckReport.Finding], in directory: DataDirectory
  ) throws(StorageError) {
    self.directory = directory
    self.findings = findings
    let previous = try? directory.readManifest(directory.previousManifest)
    let logs = try directory.numbers(in: directory.logs, suffix: DataDirectory.logSuffix)
    let segments = try directory.numbers(
      in: directory.segments, suffix: DataDirectory.segmentSuffix)
    let headers = logs.map { (number: $0, header: directory.logHeader($0)) }
    guard
      let identity = previous?.storeIdentity
        ?? headers.lazy.compactMap(\.header).last?.storeIdentity
    else { return nil }
    manifest = previous ?? Manifest(storeIdentity: identity)
    takeLogs(headers.filter { $0.header?.storeIdentity ?? identity == identity })
    if previous != nil {
      note(
        directory.previousManifest,
        "names, configurations and aliases are those of the manifest before, and what the log says")
    } else if !segments.isEmpty {
      note(
        directory.manifest,
        "there is none from before either: names, configurations and aliases are what the log says")
    }
    if !segments.isEmpty {
      note(directory.segments, "points deleted since their segment files were written may be back")
    }
    takeSegments(segments)
  }

  private mutating func note(_ path: String, _ text: String) {
    findings.append(.init(severity: .dataLost, path: path, offset: nil, message: text))
  }

  /// The log is read from the first file that is there: what is older is in segment files.
  private mutating func takeLogs(_ files: [(number: UInt64, header: LogHeader?)]) {
    guard let first = files.first else { return }
    manifest.firstLogNumber = first.number
    if let header = first.header { manifest.flushedSequenceNumber = header.firstSequenceNumber - 1 }
  }

  // MARK: Segments

  /// - Parameter numbers: ascending.
  private mutating func takeSegments(_ numbers: [UInt64]) {
    var known: [UInt64: Manifest.Segment] = [:]
    for index in manifest.collections.indices {
      for segment in manifest.collections[index].segments { known[segment.number] = segment }
      // Segments that are gone have been merged into others since.
      manifest.collections[index].segments = []
    }
    manifest.nextSegmentNumber = max(manifest.nextSegmentNumber, (numbers.last ?? 0) + 1)
    var seen: [UInt64: Set<PointID>] = [:]
    // When two segments have a point, the file written later has the later version.
    for number in numbers.reversed() {
      let path = directory.segment(number)
      do throws(StorageError) {
        let bytes = try directory.fileSystem.map(path)
        let identity = try SegmentSalvage.collection(bytes, path: path)
        guard identity < ManifestFormat.numberLimit else {
          throw .corrupt(path: path, offset: 16, expected: "the identity of a collection")
        }
        let collection = manifest.collections.first { $0.identity == identity }
        let salvage = try SegmentSalvage(
          bytes, path: path, configuration: collection?.configuration)
        var entry =
          known[number]
          ?? Manifest.Segment(
            number: number, byteCount: bytes.count, pointCount: salvage.pointCount,
            tailChecksum: ManifestFormat.tailChecksum(bytes))
        guard entry.pointCount == salvage.pointCount else {
          throw .corrupt(path: path, offset: 24, expected: "\(entry.pointCount) points")
        }
        entry.hideOlder(than: &seen[identity, default: []], salvage)
        let index = collectionIndex(identity, salvage, isNew: known[number] == nil)
        manifest.collections[index].segments.insert(entry, at: 0)
      } catch {
        note(path, "cannot be read, and is lost: \(error)")
      }
    }
  }

  /// Where the collection stands in the manifest; it is added where nobody knows it. The log may still
  /// give it its name.
  private mutating func collectionIndex(
    _ identity: UInt64, _ salvage: SegmentSalvage, isNew: Bool
  ) -> Int {
    if let index = manifest.collections.firstIndex(where: { $0.identity == identity }) {
      if isNew {
        manifest.collections[index].configuration.addVectors(of: salvage.configuration)
      }
      return index
    }
    var name = "recovered-\(identity)"
    while manifest.collections.contains(where: { $0.name == name }) { name += "'" }
    note(
      directory.segments,
      "collection \(identity) is called '\(name)' unless the log names it: its name is lost, and of its "
        + "configuration everything but the vectors' names and sizes and the payload indexes")
    let index =
      manifest.collections.firstIndex { $0.identity > identity } ?? manifest.collections.count
    manifest.collections.insert(
      .init(identity: identity, name: name, configuration: salvage.configuration), at: index)
    manifest.nextCollectionIdentity = max(manifest.nextCollectionIdentity, identity + 1)
    return index
  }
}

extension Manifest.Segment {
  /// Marks the points as deleted that a later file holds.
  fileprivate mutating func hideOlder(than seen: inout Set<PointID>, _ salvage: SegmentSalvage) {
    var hidden = deleted ?? PointMask(count: pointCount)
    for offset in 0..<pointCount where !hidden[offset] {
      if !seen.insert(salvage.id(at: offset)).inserted { hidden[offset] = true }
    }
    deleted = hidden.isEmpty ? nil : hidden
  }
}

extension CollectionConfiguration {
  /// Adds the vectors that a later segment file has.
  fileprivate mutating func addVectors(of other: CollectionConfiguration) {
    for (name, parameters) in other.sparseVectors
    where sparseVectors[name] == nil && denseVectors[name] == nil {
      sparseVectors[name] = parameters
    }
    for (name, parameters) in other.denseVectors
    where sparseVectors[name] == nil && denseVectors[name] == nil {
      denseVectors[name] = parameters
    }
  }
}

extension DataDirectory {
  /// Ascending.
  fileprivate func numbers(
    in folder: String, suffix: String
  ) throws(StorageError) -> [UInt64] {
    guard try fileSystem.exists(folder) else { return [] }
    return try fileSystem.list(folder).compactMap { Self.number(in: $0, suffix: suffix) }
      .filter { $0 < ManifestFormat.numberLimit }
  }

  fileprivate func logHeader(_ number: UInt64) -> LogHeader? {
    let path = log(number)
    return try? LogHeader(fileSystem.map(path), path: path)
  }
}

import StorageIO

extension DataDirectory {
  /// Paths of what an interrupted flush, compaction or rotation has left; they may be removed. Files
  /// whose names are not ours are not among them.
  ///
  /// - Parameter lastLog: the log file that is appended to.
  func leftovers(_ manifest: Manifest, lastLog: UInt64) throws(StorageError) -> [String] {
    let named = manifest.segmentNumbers
    var paths: [String] = []
    if try fileSystem.exists(self.manifest + temporarySuffix) {
      paths.append(self.manifest + temporarySuffix)
    }
    for name in try fileSystem.list(segments) {
      let number = DataDirectory.number(in: name, suffix: Self.segmentSuffix)
      let isOrphan = number.map { !named.contains($0) } ?? name.hasSuffix(temporarySuffix)
      if isOrphan { paths.append(segments + "/" + name) }
    }
    paths += try ArchiveFolder(directory: self).leftovers().map { archives + "/" + $0 }
    for name in try fileSystem.list(logs) {
      let log = DataDirectory.number(in: name, suffix: Self.logSuffix)
      let isDead = log.map { $0 < manifest.firstLogNumber || $0 > lastLog }
      // A torn tail is kept as long as the log file it was cut from.
      let tail = DataDirectory.number(in: name, suffix: Self.tornTailSuffix)
      let isStale = tail.map { $0 < manifest.firstLogNumber }
      if isDead ?? isStale ?? name.hasSuffix(temporarySuffix) { paths.append(logs + "/" + name) }
    }
    return paths
  }

  /// Whether a directory without a manifest never had one: it holds nothing, or a first log file
  /// without frames, left by an initialization that was interrupted. Anything more means that the
  /// manifest is lost.
  func isUnfinishedInitialization() throws(StorageError) -> Bool {
    let files = try names(in: segments)
    let logFiles = try names(in: logs)
    guard files.isEmpty, logFiles.allSatisfy({ logs + "/" + $0 == log(1) }) else { return false }
    if logFiles.isEmpty { return true }
    let file = try fileSystem.open(log(1), .read)
    defer { file.close() }
    return try file.byteCount() <= LogFormat.fileHeaderByteCount
  }

  private func names(in path: String) throws(StorageError) -> [String] {
    try fileSystem.exists(path) ? try fileSystem.list(path) : []
  }

  /// Why the files in quarantine are there.
  func quarantineReasons() throws(StorageError) -> [String] {
    guard try fileSystem.exists(quarantine) else { return [] }
    var reasons: [String] = []
    for name in try fileSystem.list(quarantine) where name.hasSuffix(SegmentFile.reasonSuffix) {
      let text = try fileSystem.readAll(quarantine + "/" + name, upTo: 1 << 16).array
      reasons.append(String(decoding: text, as: UTF8.self))
    }
    return reasons
  }
}

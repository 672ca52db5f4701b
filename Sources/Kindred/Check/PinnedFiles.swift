import StorageIO

/// The files that a manifest names, held open: they can be read even when the store has removed them
/// meanwhile.
struct PinnedFiles: Sendable {
  let manifest: Manifest
  /// The defect of the manifest's file, when a store is open that has it in memory.
  let manifestDefect: StorageError?
  /// Whether a store is open, so that files may lose their names meanwhile.
  let isOfOpenStore: Bool
  /// Segment files, by number; or why one cannot be opened.
  let segments: [UInt64: Result<SharedBytes, StorageError>]
  /// Log files, up to the end of what is durable.
  let logs: [LiveLog.Found]

  /// Pins the files of a directory that nobody has open.
  init(_ manifest: Manifest, in directory: DataDirectory) throws(StorageError) {
    self.manifest = manifest
    manifestDefect = nil
    isOfOpenStore = false
    segments = Self.map(manifest, in: directory)
    logs = try LiveLog.find(manifest, in: directory)
  }

  /// Pins the files of an open store's directory, from which nothing is removed as long as this runs.
  ///
  /// - Parameters:
  ///   - inMemory: what the manifest's file should say; the file is read all the same.
  ///   - cut: where the log ended when or after the manifest was current.
  init(
    _ inMemory: Manifest, upTo cut: Committer.LogCut, in directory: DataDirectory
  ) throws(StorageError) {
    isOfOpenStore = true
    do throws(StorageError) {
      manifest = try directory.readManifest(directory.manifest)
      manifestDefect = nil
    } catch {
      manifest = inMemory
      manifestDefect = error
    }
    segments = Self.map(manifest, in: directory)
    var logs: [LiveLog.Found] = []
    for number in manifest.firstLogNumber...max(manifest.firstLogNumber, cut.fileNumber) {
      // Durable bytes do not change any more, so they may be mapped.
      let bytes = try directory.fileSystem.map(directory.log(number))
      let end = number == cut.fileNumber ? min(cut.byteCount, bytes.count) : bytes.count
      logs.append((number, bytes.slice(0..<end)))
    }
    self.logs = logs
  }

  private static func map(
    _ manifest: Manifest, in directory: DataDirectory
  ) -> [UInt64: Result<SharedBytes, StorageError>] {
    var segments: [UInt64: Result<SharedBytes, StorageError>] = [:]
    for number in manifest.segmentNumbers {
      segments[number] = Result { () throws(StorageError) in
        try directory.fileSystem.map(directory.segment(number))
      }
    }
    return segments
  }
}

import SparseIndex
import StorageIO

/// Makes and opens segment files.
enum SegmentFile {
  /// Merges `inputs` into a new file and opens it. Durable when this returns, but live only once a
  /// manifest names it.
  ///
  /// - Parameters:
  ///   - stop: when set, the work is given up and an error thrown.
  ///   - sparesRoom: whether to give up rather than take the last room on the disk.
  /// - Precondition: some point of the inputs is live.
  static func write(
    merging inputs: [LiveSegment], configuration: CollectionConfiguration, collection: UInt64,
    number: UInt64, in directory: DataDirectory, unless stop: StopSignal = StopSignal(),
    sparesRoom: Bool = false
  ) throws(StorageError) -> StoredSegment {
    let path = directory.segment(number)
    let temporary = path + temporarySuffix
    let fileSystem = directory.fileSystem
    do throws(StorageError) {
      let file = try fileSystem.open(temporary, .create)
      defer { file.close() }
      var sink = PageReleasingSink(
        base: StoppableSink(
          base: FileSink(file), stop: stop, path: temporary,
          sparing: sparesRoom ? directory : nil),
        inputs: inputs.map(\.segment))
      try SegmentMerger.merge(
        inputs, configuration: configuration, collection: collection, into: &sink)
      try sink.base.base.flush()
      // The bytes are durable before the name appears, and the name before a manifest uses it.
      try file.synchronize()
      try fileSystem.rename(temporary, to: path)
      try fileSystem.synchronizeDirectory(directory.segments)
      return try open(number, collection: collection, in: directory)
    } catch {
      // The first error is the one to report; a leftover is removed at the next start.
      try? fileSystem.removeIfPresent(temporary)
      try? fileSystem.removeIfPresent(path)
      throw error
    }
  }

  private static func open(
    _ number: UInt64, collection: UInt64, in directory: DataDirectory
  ) throws(StorageError) -> StoredSegment {
    let path = directory.segment(number)
    let bytes = try directory.fileSystem.map(path)
    let segment = try Segment(bytes, path: path, collection: collection, checksums: .areKnown)
    // Opening has read bounds and values of all columns, which nobody may ask for.
    segment.releasePages()
    return StoredSegment(
      number: number, origin: .file(tailChecksum: ManifestFormat.tailChecksum(bytes)),
      live: LiveSegment(segment))
  }

  /// The segment in a mapping of its own, so that a merge lets go of what it has read while
  /// searches keep what they use.
  /// - Precondition: it has passed `verify`.
  static func mappedAnew(
    _ stored: StoredSegment, collection: UInt64, in directory: DataDirectory
  ) -> LiveSegment {
    let path = directory.segment(stored.number)
    do throws(StorageError) {
      let segment = try Segment(
        directory.fileSystem.map(path), path: path, collection: collection, checksums: .areKnown)
      return LiveSegment(segment, deleted: stored.live.deleted)
    } catch {
      return stored.live
    }
  }

  /// Opens a file that the manifest names: checks its shell, and has each section compared with its
  /// checksum before it is first used. Nobody ever reads a byte that has not been verified.
  /// - Parameter watch: hears of damage that is found later.
  static func open(
    _ entry: Manifest.Segment, collection: UInt64, in directory: DataDirectory,
    watch: DamageWatch
  ) throws(StorageError) -> StoredSegment {
    let path = directory.segment(entry.number)
    return try open(
      entry, directory.fileSystem.map(path), path: path, collection: collection,
      checksums: .compareWhenUsed { watch.note() })
  }

  /// Opens the bytes of a file that the manifest names.
  static func open(
    _ entry: Manifest.Segment, _ bytes: SharedBytes, path: String, collection: UInt64,
    checksums: Segment.Checksums
  ) throws(StorageError) -> StoredSegment {
    guard bytes.count == entry.byteCount else {
      throw .corrupt(
        path: path, offset: min(bytes.count, entry.byteCount),
        expected: "\(entry.byteCount) bytes, not \(bytes.count)")
    }
    guard ManifestFormat.tailChecksum(bytes) == entry.tailChecksum else {
      throw .corrupt(
        path: path, offset: max(0, bytes.count - ManifestFormat.tailByteCount),
        expected: "the end that the manifest names")
    }
    let segment = try Segment(bytes, path: path, collection: collection, checksums: checksums)
    guard segment.pointCount == entry.pointCount, entry.pointCount > 0 else {
      throw .corrupt(path: path, offset: 0, expected: "\(entry.pointCount) points")
    }
    return StoredSegment(
      number: entry.number, origin: .file(tailChecksum: entry.tailChecksum),
      live: LiveSegment(segment, deleted: entry.deleted))
  }
}

// MARK: Before something is made of them

extension SegmentFile {
  /// Compares files with their checksums before something is made of them that lasts and has checksums
  /// of its own. Also what has been compared before, or was written since the start: the disk may have
  /// lost it meanwhile, and memory may have let go of it.
  ///
  /// - Returns: false when the read is over before.
  /// - Throws: `.corrupt`, which is noted as damage of the segment.
  static func verify(
    _ segments: [StoredSegment], collection: UInt64, in directory: DataDirectory,
    watch: DamageWatch, for context: ReadContext
  ) throws(StorageError) -> Bool {
    for stored in segments {
      guard try stored.live.segment.verify(for: context) else { return false }
      let path = directory.segment(stored.number)
      do throws(StorageError) {
        // In a mapping of its own: searches keep the pages that they use.
        guard
          try Segment.compareChecksums(
            of: directory.fileSystem.map(path), path: path, collection: collection, for: context)
        else { return false }
      } catch .io(_, _, Errno.notFound) {
        // It has been merged or dropped since it was looked up: what is mapped has been compared once.
      } catch {
        if error.isDamage {
          stored.live.segment.noteDamage(error)
          watch.note()
        }
        throw error
      }
    }
    return true
  }
}

// MARK: Quarantine

extension SegmentFile {
  static let reasonSuffix = ".reason"

  /// Sets a damaged file aside, with the reason beside it, so that nothing trips over it again and
  /// nothing of it is lost.
  static func quarantine(
    _ number: UInt64, reason: String, in directory: DataDirectory
  ) throws(StorageError) {
    let aside = directory.asidePath(number)
    if try !directory.fileSystem.exists(aside + reasonSuffix) {
      do throws(StorageError) {
        try directory.fileSystem.writeAtomically(
          path: aside + reasonSuffix, bytes: Array(reason.utf8))
      } catch  where error.isOutOfSpace {
        // The file is set aside all the same: a full disk is no reason not to start.
      }
    }
    do throws(StorageError) {
      try directory.fileSystem.rename(directory.segment(number), to: aside)
    } catch .io(_, _, Errno.notFound) {
      return
    } catch {
      // It is where it was.
      try? directory.fileSystem.removeIfPresent(aside + reasonSuffix)
      throw error
    }
    try directory.fileSystem.synchronizeDirectory(directory.quarantine)
    try directory.fileSystem.synchronizeDirectory(directory.segments)
  }
}

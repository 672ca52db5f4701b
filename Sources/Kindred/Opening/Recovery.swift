import SparseIndex
import StorageIO

/// Opening a data directory: lock it, read the manifest, open the segments, replay the log. Of the
/// segments it reads what is small, and what replaying the log needs.
///
/// Nothing in the directory is changed before all of it has been read, so a directory that is refused
/// (damaged, or from a newer version) is left as it was.
struct Recovery {
  /// The state that a store starts from.
  struct Outcome {
    var lock: any FileLock
    var manifest: Manifest
    var state: StoreState
    var log: LogWriter
    var report: RecoveryReport
    var logFileCount: Int
    var sealedLogByteCount: Int
  }

  private let directory: DataDirectory
  private let watch: DamageWatch
  private let progress: (Double) -> Void
  private var report = RecoveryReport()
  private var quarantined: [(number: UInt64, reason: String)] = []

  static func run(
    _ directory: DataDirectory, holder: String, watch: DamageWatch, progress: (Double) -> Void
  ) throws(StorageError) -> Outcome {
    let start = ContinuousClock.now
    let fileSystem = directory.fileSystem
    try fileSystem.createDirectory(directory.root)
    let lock = try fileSystem.lock(directory.lock, holder: holder)
    progress(0)
    do throws(StorageError) {
      // The closure does not outlive this call.
      var outcome = try withoutActuallyEscaping(progress) { (progress) throws(StorageError) in
        var recovery = Recovery(directory: directory, watch: watch, progress: progress)
        return try recovery.recover(lock)
      }
      outcome.report.seconds = (ContinuousClock.now - start).seconds
      return outcome
    } catch {
      lock.release()
      throw error
    }
  }

  private init(
    directory: DataDirectory, watch: DamageWatch, progress: @escaping (Double) -> Void
  ) {
    self.directory = directory
    self.watch = watch
    self.progress = progress
  }

  private mutating func recover(_ lock: any FileLock) throws(StorageError) -> Outcome {
    let fileSystem = directory.fileSystem
    for path in [directory.logs, directory.segments, directory.quarantine] {
      try fileSystem.createDirectory(path)
    }
    guard try fileSystem.exists(directory.manifest) else { return try initialize(lock) }
    let manifest = try readManifest()
    var state = try openSegments(manifest)
    try makeNamesDurable()
    var replay = LogReplay(directory: directory, manifest: manifest, progress: progress)
    var replayed = try replay.run(into: &state)
    while replayed == nil {
      // Replaying has met damage, and with it has changed what it should have left alone: it begins
      // again without the segment, as it would have if the damage had been known.
      noteDamage(in: state)
      state = try openSegments(manifest)
      replay = LogReplay(directory: directory, manifest: manifest, progress: progress)
      replayed = try replay.run(into: &state)
    }
    let log = replayed!
    // A recovery from an archive was interrupted.
    for collection in state.collections.values where collection.name.isEmpty {
      try state.apply(.dropCollection(identity: collection.identity))
    }
    report.replayedBatchCount = replay.batchCount
    report.replayedByteCount = replay.byteCount
    report.tornByteCount = replay.tornByteCount
    try setQuarantinedAside()
    try removeLeftovers(manifest, lastLog: log.header.fileNumber)
    // Segments in quarantine stay in the report until somebody takes them out.
    report.quarantined = try directory.quarantineReasons()
    return Outcome(
      lock: lock, manifest: manifest, state: state, log: log, report: report,
      logFileCount: replay.fileCount, sealedLogByteCount: replay.sealedByteCount)
  }

  private func readManifest() throws(StorageError) -> Manifest {
    do throws(StorageError) {
      return try directory.readManifest(directory.manifest)
    } catch .corrupt(let path, let offset, let expected) {
      throw .corrupt(path: path, offset: offset, expected: expected + Remedy.forDamage)
    }
  }

  /// A process that was killed between a rename and the sync of its directory has left names that we
  /// see, and a power failure could still undo. They must be durable before anything is removed, or
  /// appended, because of them.
  private func makeNamesDurable() throws(StorageError) {
    for path in [directory.logs, directory.segments, directory.root] {
      try directory.fileSystem.synchronizeDirectory(path)
    }
  }

  // MARK: A new directory

  /// The log file and the directory's own name come before the manifest, so that a manifest without
  /// its log is always damage, and one that is there needs nothing more.
  private mutating func initialize(_ lock: any FileLock) throws(StorageError) -> Outcome {
    let fileSystem = directory.fileSystem
    try removeUnfinishedInitialization()
    let manifest = Manifest(storeIdentity: .random(in: 1 ... .max))
    let header = LogHeader(
      seed: .random(in: 1 ... .max), storeIdentity: manifest.storeIdentity,
      fileNumber: manifest.firstLogNumber, firstSequenceNumber: 1)
    let log = try LogWriter(
      creating: directory.log(header.fileNumber), header: header, in: fileSystem)
    do throws(StorageError) {
      try fileSystem.synchronizeDirectory(directory.logs)
      try fileSystem.synchronizeDirectory(directory.root)
      try fileSystem.synchronizeDirectory(parentDirectory(of: directory.root))
      try fileSystem.writeAtomically(
        path: directory.manifest, bytes: ManifestFormat.encode(manifest))
    } catch {
      log.close()
      throw error
    }
    progress(1)
    return Outcome(
      lock: lock, manifest: manifest, state: StoreState(manifest), log: log, report: report,
      logFileCount: 1, sealedLogByteCount: 0)
  }

  private func removeUnfinishedInitialization() throws(StorageError) {
    let fileSystem = directory.fileSystem
    guard try directory.isUnfinishedInitialization() else {
      throw .corrupt(
        path: directory.manifest, offset: 0,
        expected: "the manifest of the log and segments beside it; it is missing"
          + Remedy.forDamage)
    }
    try fileSystem.removeIfPresent(directory.log(1))
    try fileSystem.removeIfPresent(directory.manifest + temporarySuffix)
  }

  // MARK: Segments

  /// Opens what the manifest names. Damaged files are left out and noted.
  private mutating func openSegments(_ manifest: Manifest) throws(StorageError) -> StoreState {
    var state = StoreState(manifest)
    for collection in manifest.collections {
      var segments: [StoredSegment] = []
      for entry in collection.segments
      where !quarantined.contains(where: { $0.number == entry.number }) {
        do throws(StorageError) {
          segments.append(
            try SegmentFile.open(
              entry, collection: collection.identity, in: directory, watch: watch))
        } catch .corrupt(let path, let offset, let expected) {
          let reason = StorageError.corrupt(path: path, offset: offset, expected: expected)
          quarantined.append((entry.number, reason.description))
        } catch .io(_, let path, Errno.notFound) {
          quarantined.append((entry.number, "'\(path)' is missing"))
        }
      }
      state.update(collection.identity) { $0.segments = segments }
    }
    return state
  }

  private mutating func noteDamage(in state: StoreState) {
    watch.settle(watch.pendingCount)
    for stored in state.collections.values.flatMap(\.files) {
      if let damage = stored.live.segment.damage {
        quarantined.append((stored.number, damage.description))
      }
    }
  }

  private func setQuarantinedAside() throws(StorageError) {
    for (number, reason) in quarantined {
      try SegmentFile.quarantine(number, reason: reason, in: directory)
    }
  }

  // MARK: Leftovers

  /// Removes what an interrupted flush, compaction or rotation has left.
  private mutating func removeLeftovers(
    _ manifest: Manifest, lastLog: UInt64
  ) throws(StorageError) {
    for path in try directory.leftovers(manifest, lastLog: lastLog) {
      try directory.fileSystem.removeIfPresent(path)
      report.removedOrphans.append(String(path.split(separator: "/").last!))
    }
  }
}

extension StoreState {
  /// The state of the manifest, without the segments.
  init(_ manifest: Manifest) {
    self.init(numbers: SegmentNumbers(next: manifest.nextSegmentNumber))
    for collection in manifest.collections {
      add(
        CollectionState(
          identity: collection.identity, name: collection.name,
          configuration: collection.configuration))
    }
    aliases = manifest.aliases
    sequenceNumber = manifest.flushedSequenceNumber
    nextCollectionIdentity = max(nextCollectionIdentity, manifest.nextCollectionIdentity)
  }
}

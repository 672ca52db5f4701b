import SparseIndex
import StorageIO
import Synchronization

/// The work in the background: one thread for the memtables (merging runs, flushing), one for the
/// segment files (compaction, setting damaged ones aside).
final class Maintenance: Sendable {
  private struct Due: Sendable {
    var flush = false
    var runMerge = false
    var compaction = false
  }

  private let flush: Flush
  private let compaction: Compaction
  private let caching: PostingsCaching
  private let options: StoreOptions
  private let health: Health
  private let watch: DamageWatch
  /// The work that has been handed to a thread and has not begun.
  private let due = Mutex(Due())
  private let threads = Mutex<(memtables: Worker, segments: Worker)?>(nil)

  init(
    flush: Flush, compaction: Compaction, options: StoreOptions, health: Health,
    watch: DamageWatch
  ) {
    self.flush = flush
    self.compaction = compaction
    caching = PostingsCaching(byteCount: options.postingsCacheByteCount)
    self.options = options
    self.health = health
    self.watch = watch
  }

  /// - Throws: when there is no room for the threads.
  func start() throws(StorageError) {
    let lookAround: Worker.Job = { [self] in
      if health.flushObstacle != nil { try? flushNow() }
      if options.backgroundWork { caching.run(flush.committer.published.state) }
    }
    let memtables = try Worker(name: "kindred.flush", whenIdle: (.seconds(1), lookAround))
    let compact: Worker.Job = { [self] in
      setDamagedAside()
      if options.backgroundWork { compactWhatIsWorthIt() }
    }
    do throws(StorageError) {
      let segments = try Worker(
        name: "kindred.compact", whenIdle: (options.compactionInterval, compact))
      threads.withLock { $0 = (memtables, segments) }
    } catch {
      memtables.stop()
      throw error
    }
  }

  /// A flush that has not ended by then is given up.
  func endFlush(by deadline: ContinuousClock.Instant) { flush.stop.set(at: deadline) }

  /// Finishes flushes that have been handed over, gives up a compaction, and ends the threads.
  func stop() {
    guard let threads = threads.withLock({ $0 }) else { return }
    self.threads.withLock { $0 = nil }
    compaction.stop.set()
    threads.memtables.stop()
    threads.segments.stop()
  }

  // MARK: On demand

  /// Runs a flush and then calls `done` on the flush thread.
  func flush(_ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
    onMemtables(orElse: done) { [self] in
      done(Result { () throws(StoreError) in try flushNow() })
    }
  }

  /// Leaves one segment file in each of the collections.
  func compact(
    _ identities: [UInt64], _ done: @escaping @Sendable (Result<Void, StoreError>) -> Void
  ) {
    guard let threads = threads.withLock({ $0 }) else { return done(.failure(.closed)) }
    threads.segments.submit { [self] in
      done(
        Result { () throws(StoreError) in
          for identity in identities { _ = try compactNow(identity, everything: true) }
        })
    }
  }

  /// Runs a job on the thread of the segment files and hands its result to `done` there.
  func onSegments<R>(
    _ job: @escaping @Sendable (StopSignal) -> Result<R, StoreError>,
    _ done: @escaping @Sendable (Result<R, StoreError>) -> Void
  ) {
    guard let threads = threads.withLock({ $0 }) else { return done(.failure(.closed)) }
    threads.segments.submit { [stop = compaction.stop] in done(job(stop)) }
  }

  /// Holds the files that the manifest names, between two flushes.
  func pin(_ done: @escaping @Sendable (Result<PinnedFiles, StoreError>) -> Void) {
    onMemtables(orElse: { _ in done(.failure(.closed)) }) { [self] in
      done(
        Result { () throws(StoreError) in
          try translating { () throws(StorageError) in
            try flush.manifest.withCurrent { (manifest) throws(StorageError) in
              try PinnedFiles(manifest, upTo: flush.committer.logCut(), in: flush.directory)
            }
          }
        })
    }
  }

  private func onMemtables(
    orElse refuse: (Result<Void, StoreError>) -> Void, _ job: @escaping Worker.Job
  ) {
    guard let threads = threads.withLock({ $0 }) else { return refuse(.failure(.closed)) }
    threads.memtables.submit(job)
  }

  // MARK: Damage

  /// Has segments set aside that have been found damaged, soon.
  func damageFound() {
    threads.withLock { $0 }?.segments.submit { [self] in setDamagedAside() }
  }

  /// Sets segments aside that have been found damaged. Until this is done, reads that come upon them
  /// are refused; afterwards their points are missing, as after a start that finds the damage.
  private func setDamagedAside() {
    // Once the disk has failed nothing is renamed or synced any more: a start finds the damage again.
    let noted = watch.pendingCount
    guard noted > 0, health.readOnlyReason == nil else { return }
    var isDone = true
    for (identity, collection) in flush.committer.published.state.collections {
      for stored in collection.files {
        guard let damage = stored.live.segment.damage else { continue }
        do throws(StorageError) {
          // Before a flush can leave it out of the manifest, and remove it.
          try SegmentFile.quarantine(
            stored.number, reason: damage.description, in: flush.directory)
        } catch {
          // What cannot be set aside must not be left out, or the next flush would remove it.
          if !error.mayPass {
            health.becomeReadOnly("a damaged segment could not be set aside: \(error)")
          }
          isDone = false
          continue
        }
        flush.committer.leaveOut(stored.number, of: identity)
        health.noteQuarantined(damage.description)
        options.segmentSetAside?(damage.description)
      }
    }
    // What could not be set aside is tried again now and then.
    if isDone { watch.settle(noted) }
  }

  /// Compares everything with its checksum that has not been compared yet, and sets damaged segments
  /// aside.
  func verify(_ done: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
    guard let threads = threads.withLock({ $0 }) else { return done(.failure(.closed)) }
    threads.segments.submit { [self] in
      let context = ReadContext(isAbandoned: { [compaction] in compaction.stop.isSet })
      for collection in flush.committer.published.state.collections.values {
        for stored in collection.files where !stored.live.segment.openAll(for: context) {
          return done(.failure(.closed))
        }
      }
      setDamagedAside()
      done(.success(()))
    }
  }

  // MARK: By themselves

  /// Looks whether there is something to do; called by the committer after every group, so it only
  /// compares figures.
  /// - Parameter changed: identities of the collections to look at.
  func consider(_ state: StoreState, changed: Set<UInt64>, logByteCount: Int) {
    guard options.backgroundWork, health.readOnlyReason == nil else { return }
    if health.flushObstacle == nil,
      state.memtable.unsealedByteCount >= options.memtableByteCount
        || logByteCount >= options.logByteCount,
      begin(\.flush)
    {
      onMemtables(orElse: { _ in }) { [self] in
        end(\.flush)
        try? flushNow()
      }
    } else if hasFullTier(state, among: changed), begin(\.runMerge) {
      onMemtables(orElse: { _ in }) { [self] in
        end(\.runMerge)
        mergeRuns()
      }
    }
  }

  private func hasFullTier(_ state: StoreState, among changed: Set<UInt64>) -> Bool {
    changed.contains { identity in
      state.collections[identity].map { RunPolicy.runsToMerge($0.unsealedRuns) != nil } ?? false
    }
  }

  private func begin(_ job: WritableKeyPath<Due, Bool> & Sendable) -> Bool {
    due.withLock { due in
      defer { due[keyPath: job] = true }
      return !due[keyPath: job]
    }
  }

  private func end(_ job: WritableKeyPath<Due, Bool> & Sendable) {
    due.withLock { $0[keyPath: job] = false }
  }

  // MARK: On the threads

  private func flushNow() throws(StoreError) {
    try health.checkWritable()
    do throws(StorageError) {
      try flush.run()
      health.flushObstacle = nil
      considerCompaction()
    } catch {
      // Only files that no manifest names were written, and they have been removed.
      guard !flush.stop.isSet else { throw .closed }
      try flushFailed(error)
    }
  }

  private func flushFailed(_ error: StorageError) throws(StoreError) {
    guard !error.mayPass else {
      health.flushObstacle = error.description
      throw .outOfSpace("there is no way to flush for now: \(error)")
    }
    health.becomeReadOnly("a flush failed: \(error)")
    throw .storage(error)
  }

  private func mergeRuns() {
    let state = flush.committer.published.state
    for (identity, collection) in state.collections {
      guard let chosen = RunPolicy.runsToMerge(collection.unsealedRuns) else { continue }
      do throws(StorageError) {
        let output = try MemtableMerge.merge(chosen, of: collection, numbers: state.numbers)
        flush.committer.install([.init(collection: identity, inputs: chosen, output: output)])
      } catch {
        // Only memory was written: the runs stay as they are.
        continue
      }
    }
  }

  private func considerCompaction() {
    guard options.backgroundWork, begin(\.compaction) else { return }
    threads.withLock { $0 }?.segments.submit { [self] in
      end(\.compaction)
      compactWhatIsWorthIt()
    }
  }

  private func compactWhatIsWorthIt() {
    for identity in flush.committer.published.state.collections.keys.sorted() {
      // A failure is either noted in `health` or a lack of room, which the next round tries again.
      while let didMerge = try? compactNow(identity, everything: false), didMerge {}
    }
  }

  private func compactNow(_ identity: UInt64, everything: Bool) throws(StoreError) -> Bool {
    try health.checkWritable()
    guard !compaction.stop.isSet else { throw .closed }
    do throws(StorageError) {
      return try compaction.run(identity, everything: everything)
    } catch  where error.mayPass {
      throw .outOfSpace("there is no way to compact for now: \(error)")
    } catch  where watch.isPending && error.isDamage {
      setDamagedAside()
      throw .storage(error)
    } catch {
      guard !compaction.stop.isSet else { throw .closed }
      health.becomeReadOnly("a compaction failed: \(error)")
      throw .storage(error)
    }
  }
}

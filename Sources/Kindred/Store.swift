import SparseIndex
import StorageIO
import Synchronization

/// A data directory, open: the write path, the collections, and what runs in the background.
///
/// **The way in.** A caller's task checks, encodes and compresses its batch (`PreparedBatch`) and
/// queues it; a large batch is prepared by two threads that let searches go first: one encodes it, one
/// builds its run. The `Committer`, one thread, writes all that has queued up to the log (`LogWriter`),
/// syncs once, applies it to the memtables (`CollectionState`), publishes the new state and
/// acknowledges. In the background `Flush` turns memtables into segment files and cuts the log, and
/// `Compaction` merges segment files.
///
/// **The way out.** `collection(_:)` hands out a `CollectionView`: the segments, in memory and on
/// disk, and which of their points are live, as of one moment. A lock guards only the moment of taking
/// it; from then on a reader waits for others only where they open the same part of a segment.
public final class Store: Sendable {
  let directory: DataDirectory
  private let options: StoreOptions
  let committer: Committer
  let manifest: ManifestKeeper
  let maintenance: Maintenance
  let health: Health
  private let counters: StoreCounters
  let watch: DamageWatch
  private let verification: Verification
  private let gate = ByteGate(limit: StoreLimits.queueByteCount)
  /// The report of opening the directory.
  public let recovery: RecoveryReport
  private let lock: any FileLock
  private let preparer: Worker
  /// Makes the runs of what `preparer` encodes.
  private let builder: Worker
  let itemModelJobs = ItemModelJobs()
  private let pressure: PressureValve
  private let lifetime = Mutex(Lifetime.open)
  let isBeingChecked = Atomic(false)

  private enum Lifetime {
    case open, closing, closed
  }

  // MARK: Opening

  /// Opens a data directory, making it when it does not exist, and recovers what the last process
  /// left: reads the manifest, maps the segments, replays the log. How long that takes does not depend
  /// on how much is stored: sections of segments are compared with their checksums before they are first
  /// used, or by a thread of the lowest priority (`verify`).
  ///
  /// - Parameter progress: called with 0 once the directory is this process' own, then during replay with
  ///   the fraction done, up to 1.
  /// - Throws: `.storage`: `.locked` when another process has the directory, `.corrupt` for damage
  ///   that needs a copy to be restored, `.newerFormat` for files of a later version, `.io` also where
  ///   there is no room for a thread. The directory is unchanged then.
  public static func open(
    _ directory: String, options: StoreOptions = StoreOptions(),
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(StoreError) -> Store {
    do throws(StorageError) {
      let directory = DataDirectory(directory, options.fileSystem)
      let holder = "process \(Machine.processIdentifier)"
      let watch = DamageWatch()
      let outcome = try Recovery.run(
        directory, holder: options.holder.isEmpty ? holder : holder + ", " + options.holder,
        watch: watch
      ) { progress?($0) }
      let store = try Store(outcome, directory, options, watch)
      do throws(StorageError) {
        try store.committer.start()
        try store.maintenance.start()
        watch.connect { [maintenance = store.maintenance] in maintenance.damageFound() }
        if options.backgroundWork { try store.verification.start() }
      } catch {
        store.abandon()
        throw error
      }
      store.considerFlush()
      return store
    } catch {
      throw .storage(error)
    }
  }

  private init(
    _ outcome: Recovery.Outcome, _ directory: DataDirectory, _ options: StoreOptions,
    _ watch: DamageWatch
  ) throws(StorageError) {
    let threadCount = max(1, Machine.processorCount / 2)
    preparer = try Worker(name: "kindred.prepare", threadCount: threadCount)
    do throws(StorageError) {
      builder = try Worker(name: "kindred.build", threadCount: threadCount)
    } catch {
      preparer.stop()
      throw error
    }
    self.directory = directory
    self.options = options
    lock = outcome.lock
    recovery = outcome.report
    self.watch = watch
    verification = Verification(outcome.state)
    let health = Health(becameReadOnly: options.becameReadOnly)
    let counters = StoreCounters()
    counters.update {
      $0.logFileCount = outcome.logFileCount
      $0.sealedLogByteCount = outcome.sealedLogByteCount
    }
    self.health = health
    self.counters = counters
    let pressure = PressureValve()
    self.pressure = pressure
    committer = Committer(
      state: outcome.state, log: outcome.log, directory: directory, options: options,
      health: health, watch: watch, counters: counters, stateChanged: pressure.stateChanged)
    manifest = ManifestKeeper(outcome.manifest, in: directory)
    maintenance = Maintenance(
      flush: Flush(
        committer: committer, manifest: manifest, directory: directory, counters: counters),
      compaction: Compaction(
        committer: committer, manifest: manifest, directory: directory, counters: counters,
        watch: watch),
      options: options, health: health, watch: watch)
    pressure.connect(maintenance)
  }

  /// A long log is better flushed now than replayed again.
  private func considerFlush() {
    let figures = counters.current
    let state = committer.published.state
    maintenance.consider(
      state, changed: Set(state.collections.keys),
      logByteCount: figures.sealedLogByteCount + figures.activeLogByteCount)
  }

  // MARK: Collections

  /// Names of the collections, sorted.
  public var collectionNames: [String] { committer.published.state.collectionNames }

  /// Alias → collection name.
  public var aliases: [ByteString: ByteString] { committer.published.state.aliases }

  /// The collection of that name or alias as it is now.
  public func collection(_ name: String) throws(StoreError) -> CollectionView {
    try collection(name, for: .unlimited)
  }

  /// The same, for reads that go no further than the context allows.
  public func collection(
    _ name: String, for context: ReadContext
  ) throws(StoreError) -> CollectionView {
    let view = try committer.published.view(of: name)
    return try (context === ReadContext.unlimited ? view : view.bound(to: context)).withIDsOpen()
  }

  /// Throws `.collectionExists` or `.aliasExists` when the name is in use, `.invalid` for a bad one.
  public func createCollection(
    _ name: String, _ configuration: CollectionConfiguration
  ) async throws(StoreError) {
    try StoreLimits.check(name: name)
    try ConfigurationValidation().check(configuration)
    try await decide { (state) throws(StoreError) in
      guard !state.hasCollection(named: name) else { throw .collectionExists(name) }
      guard state.aliases[name] == nil else {
        throw .aliasExists(name)
      }
      try state.checkRoom(for: configuration)
      return [
        .createCollection(
          identity: state.nextCollectionIdentity, name: name, configuration: configuration)
      ]
    }
  }

  /// - Returns: whether there was such a collection. (An alias is not enough: delete it as one.)
  public func deleteCollection(_ name: String) async throws(StoreError) -> Bool {
    let existed = Atomic(false)
    try await decide { (state) throws(StoreError) in
      guard state.hasCollection(named: name) else { return [] }
      existed.store(true, ordering: .relaxed)
      return [.dropCollection(identity: try state.collection(name).identity)]
    }
    return existed.load(ordering: .relaxed)
  }

  /// Changes a collection's configuration in one atomic step.
  /// - Parameter change: called twice: once to refuse what is too much before others wait for it, and
  ///   once when its turn has come.
  public func updateConfiguration(
    of name: String,
    _ change: @escaping @Sendable (inout CollectionConfiguration) throws(StoreError) -> Void
  ) async throws(StoreError) {
    let changed = { @Sendable (state: StoreState) throws(StoreError) -> [LogOperation] in
      let collection = try state.collection(name)
      var configuration = collection.configuration
      try change(&configuration)
      guard configuration != collection.configuration else { return [] }
      try ConfigurationValidation(replacing: collection.configuration).check(configuration)
      try state.checkRoom(for: configuration, replacing: collection)
      return [.setConfiguration(identity: collection.identity, configuration: configuration)]
    }
    try checkOpen()
    _ = try changed(committer.published.state)
    try await decide(changed)
  }

  /// Changes the aliases: all of the actions, in order, or none.
  public func updateAliases(_ actions: [AliasAction]) async throws(StoreError) {
    try await decide { (state) throws(StoreError) in
      let aliases = try state.aliases(after: actions)
      return aliases == state.aliases ? [] : [.setAliases(aliases)]
    }
  }

  // MARK: Points

  /// Inserts the points, replacing whole points of the same id. Durable when this returns.
  /// - Returns: the batch's sequence number.
  @discardableResult
  public func upsert(_ points: [Point], into name: String) async throws(StoreError) -> UInt64 {
    try await write(points.map { .upsert($0) }, to: name)
  }

  /// Removes the points that exist among `ids`. Durable when this returns.
  @discardableResult
  public func delete(_ ids: [PointID], from name: String) async throws(StoreError) -> UInt64 {
    try await write(ids.map { .delete($0) }, to: name)
  }

  /// Applies the operations in order, as one batch. Durable when this returns.
  ///
  /// - Throws: `.invalid` and `.tooLarge` also for patches that would make a vector too long, or touch
  ///   points that together take much memory.
  @discardableResult
  public func write(
    _ operations: [PointOperation], to name: String
  ) async throws(StoreError) -> UInt64 {
    try checkOpen()
    try health.checkWritable()
    let collection = try committer.published.collection(name)
    guard !operations.isEmpty else { return committer.published.state.sequenceNumber }
    // Waiting comes before encoding, so that batches which wait do not take memory twice.
    let byteCount = operations.reduce(0) { $0 + $1.approximateByteCount }
    await gate.enter(byteCount)
    defer { gate.leave(byteCount) }
    return try await submit(
      .batch(try await prepare(operations, byteCount: byteCount, for: collection)))
  }

  /// Reads and writes in one atomic step: `prepare` sees every write acknowledged or queued before,
  /// and its operations are one batch. It runs on the thread that all writes wait for: keep it short.
  @discardableResult
  public func write(
    to name: String,
    _ prepare: @escaping @Sendable (CollectionView) throws(StoreError) -> [PointOperation]
  ) async throws(StoreError) -> UInt64 {
    try await decide { (state) throws(StoreError) in
      let collection = try state.collection(name)
      let operations = try prepare(collection.view(sequenceNumber: state.sequenceNumber))
      guard !operations.isEmpty else { return [] }
      try BatchValidation.check(operations, against: collection.configuration)
      return [
        .points(
          collection: collection.identity,
          StoredForm.of(operations, for: collection.configuration))
      ]
    }
  }

  /// The same for several collections: all of the operations, or none.
  /// - Parameter prepare: gets a view of each collection, and returns the operations for each.
  @discardableResult
  public func write(
    to names: [String],
    _ prepare:
      @escaping @Sendable ([CollectionView]) throws(StoreError) -> [[PointOperation]]
  ) async throws(StoreError) -> UInt64 {
    try await decide { (state) throws(StoreError) in
      var collections: [CollectionState] = []
      for name in names { collections.append(try state.collection(name)) }
      let operations = try prepare(
        collections.map { $0.view(sequenceNumber: state.sequenceNumber) })
      var logged: [LogOperation] = []
      for (collection, operations) in zip(collections, operations) where !operations.isEmpty {
        try BatchValidation.check(operations, against: collection.configuration)
        logged.append(
          .points(
            collection: collection.identity,
            StoredForm.of(operations, for: collection.configuration)))
      }
      return logged
    }
  }

  private func prepare(
    _ operations: [PointOperation], byteCount: Int, for collection: CollectionState
  ) async throws(StoreError) -> PreparedBatch {
    guard PreparedBatch.areMany(operations, byteCount: byteCount) else {
      return try PreparedBatch(operations, for: collection, builder: nil)
    }
    return try await withResult { complete in
      let isOpen = whileOpen {
        preparer.submit { [builder] in
          complete(
            Result { () throws(StoreError) in
              try PreparedBatch(operations, for: collection, builder: builder)
            })
        }
      }
      if !isOpen { complete(.failure(.closed)) }
    }
  }

  // MARK: To the committer

  @discardableResult
  func decide(
    _ decide: @escaping @Sendable (StoreState) throws(StoreError) -> [LogOperation]
  ) async throws(StoreError) -> UInt64 {
    try checkOpen()
    try health.checkWritable()
    return try await submit(.decide(decide))
  }

  private func submit(_ work: WriteRequest.Work) async throws(StoreError) -> UInt64 {
    let result = await withCheckedContinuation { continuation in
      let request = WriteRequest(work: work) { continuation.resume(returning: $0) }
      if !whileOpen({ committer.submit(request) }) {
        continuation.resume(returning: .failure(.closed))
      }
    }
    return try result.get()
  }

  /// Queues something under the lock, so that nothing is queued after `close` has looked.
  /// - Returns: false, without calling `queue`, where the store is closed.
  private func whileOpen(_ queue: () -> Void) -> Bool {
    lifetime.withLock { lifetime in
      if lifetime == .open { queue() }
      return lifetime == .open
    }
  }

  func checkOpen() throws(StoreError) {
    guard lifetime.withLock({ $0 == .open }) else { throw .closed }
  }

  // MARK: Flush, compaction, closing

  /// Compares every segment file with its checksums, as far as that has not been done since it was
  /// opened, and sets aside what is damaged. Reading and writing go on meanwhile.
  public func verify() async throws(StoreError) {
    try checkOpen()
    let isVerified = committer.published.state.collections.values.allSatisfy {
      $0.files.allSatisfy { $0.live.segment.unverifiedByteCount == 0 }
    }
    if isVerified && !watch.isPending { return }
    try await withResult { maintenance.verify($0) }
  }

  /// Writes everything in the memtables into segment files and cuts the log.
  public func flush() async throws(StoreError) {
    try checkOpen()
    try await withResult { maintenance.flush($0) }
  }

  /// Flushes, then merges each collection's segments into one, dropping what was overwritten or
  /// deleted.
  public func compact(_ name: String? = nil) async throws(StoreError) {
    try await flush()
    let state = committer.published.state
    let identities =
      if let name { [try state.collection(name).identity] } else { state.collections.keys.sorted() }
    try await withResult { maintenance.compact(identities, $0) }
  }

  /// Finishes the writes that are queued, flushes where that takes seconds only, and lets go of the
  /// directory. Views stay readable. Closing a closed store does nothing.
  ///
  /// A flush takes seconds where few collections have something to be flushed; what is not flushed is
  /// in the log, and replayed at the next start.
  ///
  /// - Throws: when the flush fails. The directory is let go all the same, and nothing is lost: the
  ///   log is replayed at the next start.
  public func close() async throws(StoreError) {
    let isFirst = lifetime.withLock { lifetime in
      defer { if lifetime == .open { lifetime = .closing } }
      return lifetime == .open
    }
    guard isFirst else { return }
    itemModelJobs.close()
    let deadline = ContinuousClock.now + StoreLimits.closingFlushDuration
    maintenance.endFlush(by: deadline)
    committer.prepareToStop()
    // Everything queued before has been written when this one returns.
    let flushed: Result<Void, StoreError>
    if let reason = health.readOnlyReason {
      flushed = .failure(.readOnly(reason))
    } else {
      await withCheckedContinuation { continuation in
        committer.submit(
          WriteRequest(work: .decide { (_) throws(StoreError) in [] }) { _ in
            continuation.resume()
          })
      }
      flushed = await flushAtClosing()
    }
    do throws(StoreError) {
      try await onOwnThread { [self] () throws(StoreError) in abandon() }
    } catch {
      // No room for a thread: then this one waits.
      abandon()
    }
    try flushed.get()
  }

  private func flushAtClosing() async -> Result<Void, StoreError> {
    let waitingCount = committer.published.state.collections.count {
      $0.value.memtable.runCount > 0
    }
    guard waitingCount <= StoreLimits.closingFlushCollectionCount else { return .success(()) }
    let result = await withCheckedContinuation { continuation in
      maintenance.flush { continuation.resume(returning: $0) }
    }
    // Its time was up.
    if case .failure(.closed) = result { return .success(()) }
    return result
  }

  /// Stops without a flush, as a crash would, but in order: threads end, the lock is released. Blocks
  /// until then. For tests, and for a last resort.
  package func abandon() {
    let isFirst = lifetime.withLock { lifetime in
      defer { lifetime = .closed }
      return lifetime != .closed
    }
    guard isFirst else { return }
    itemModelJobs.close()
    watch.disconnect()
    verification.stop()
    // In this order: what is prepared waits for what is built.
    preparer.stop()
    builder.stop()
    maintenance.stop()
    committer.stop()
    pressure.disconnect()
    lock.release()
  }

  func withResult<R: Sendable>(
    _ start: (@escaping @Sendable (Result<R, StoreError>) -> Void) -> Void
  ) async throws(StoreError) -> R {
    let result: Result<R, StoreError> = await withCheckedContinuation { continuation in
      start { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Runs a long job on the thread of the segment files, after what that has to do.
  func onSegmentThread<R: Sendable>(
    _ job: @escaping @Sendable (StopSignal) -> Result<R, StoreError>
  ) async throws(StoreError) -> R {
    try await withResult { maintenance.onSegments(job, $0) }
  }

  // MARK: Figures

  /// Reasons why the store does not read or write everything.
  public var condition: StoreCondition {
    StoreCondition(
      quarantined: recovery.quarantined + health.quarantined,
      unverifiedByteCount: verification.remainingByteCount,
      readOnlyReason: health.readOnlyReason, flushObstacle: health.flushObstacle)
  }

  /// Whether sections are still being compared with their checksums in the background, so that a read may
  /// have to wait for that.
  package var isVerifying: Bool { verification.remainingByteCount > 0 }

  /// The sequence number of the last batch that everybody sees.
  public var lastSequenceNumber: UInt64 { committer.published.state.sequenceNumber }

  /// Sizes and counts as of now.
  public var statistics: StoreStatistics {
    let state = committer.published.state
    let figures = counters.current
    var statistics = StoreStatistics()
    statistics.collections = state.namedCollections.map(\.statistics)
    statistics.readOnlyReason = health.readOnlyReason
    statistics.flushObstacle = health.flushObstacle
    statistics.logFileCount = figures.logFileCount
    statistics.logByteCount = figures.sealedLogByteCount + figures.activeLogByteCount
    statistics.lastSequenceNumber = state.sequenceNumber
    statistics.syncs = figures.syncs
    statistics.flushCount = figures.flushCount
    statistics.compactionCount = figures.compactionCount
    statistics.availableDiskByteCount =
      (try? directory.fileSystem.availableByteCount(directory.root)) ?? 0
    statistics.recovery = recovery
    statistics.recovery.quarantined += health.quarantined
    return statistics
  }
}

/// Joins the committer, which is made first, to the maintenance that it sets in motion.
private final class PressureValve: Sendable {
  private let maintenance = Mutex<Maintenance?>(nil)

  func connect(_ maintenance: Maintenance) {
    self.maintenance.withLock { $0 = maintenance }
  }

  /// Each of the two holds on to the other, and so to all segments, until this.
  func disconnect() { maintenance.withLock { $0 = nil } }

  var stateChanged: @Sendable (StoreState, Set<UInt64>, Int) -> Void {
    { [self] state, changed, logByteCount in
      maintenance.withLock { $0 }?.consider(state, changed: changed, logByteCount: logByteCount)
    }
  }
}

extension CollectionState {
  fileprivate var statistics: StoreStatistics.Collection {
    let pointCount = segments.reduce(0) { $0 + $1.live.segment.pointCount }
    let livePointCount = segments.reduce(0) { $0 + $1.live.livePointCount }
    let names = configuration.denseVectors.keys.sorted() + configuration.sparseVectors.keys.sorted()
    return .init(
      name: name, pointCount: livePointCount,
      vectorCounts: names.compactMap { name in
        let counts = segments.compactMap { $0.live.openVectorCount(named: name.text) }
        return counts.count == segments.count ? (name.text, counts.reduce(0, +)) : nil
      }, deletedPointCount: pointCount - livePointCount,
      segmentCount: files.count, segmentByteCount: fileByteCount,
      memtablePointCount: runs.reduce(0) { $0 + $1.live.livePointCount },
      memtableRunCount: runs.count, memtableByteCount: memtableByteCount,
      postingsCacheByteCount: files.reduce(0) { sum, file in
        sum + file.live.segment.openSparseSections.reduce(0) { $0 + $1.cache.byteCount }
      },
      unverifiedByteCount: files.reduce(0) { $0 + $1.live.segment.unverifiedByteCount })
  }
}

import Dispatch
import SparseIndex
import StorageIO
import Synchronization

/// The one thread that changes the store. It takes the requests that have queued up as a group,
/// writes them to the log together, syncs once, makes the new state visible, and completes them.
///
/// Everything else that changes the state (a flush or a compaction putting a file in the place of
/// what it was made from) is a task that this thread runs between two groups, so the state needs no
/// lock of its own.
final class Committer: @unchecked Sendable {
  // Sendable: `state`, `log`, `backlog` and `room` are touched by the committer's thread only, from
  // `start` on; everything else is immutable or guarded by itself.

  private struct Queue {
    var requests: [WriteRequest] = []
    var tasks: [@Sendable () -> Void] = []
    /// Waits for no flush any more.
    var isClosing = false
    var isStopping = false
  }

  let published: PublishedState
  private let directory: DataDirectory
  private let options: StoreOptions
  private let health: Health
  private let watch: DamageWatch
  private let counters: StoreCounters
  private let queue = Mutex(Queue())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  /// Called after each group, on the committer's thread, with the identities of the collections that
  /// it has changed and the log's size.
  private let stateChanged:
    @Sendable (StoreState, _ changed: Set<UInt64>, _ logByteCount: Int) -> Void

  private var state: StoreState
  private var log: LogWriter
  private var backlog: ArraySlice<WriteRequest> = []
  private var room: DiskRoom

  init(
    state: StoreState, log: LogWriter, directory: DataDirectory, options: StoreOptions,
    health: Health, watch: DamageWatch, counters: StoreCounters,
    stateChanged:
      @escaping @Sendable (StoreState, _ changed: Set<UInt64>, _ logByteCount: Int) -> Void
  ) {
    self.state = state
    self.log = log
    self.directory = directory
    room = DiskRoom(directory)
    self.options = options
    self.health = health
    self.watch = watch
    self.counters = counters
    self.stateChanged = stateChanged
    published = PublishedState(state)
    counters.update { $0.activeLogByteCount = log.byteCount }
  }

  // MARK: From other threads

  /// - Throws: when there is no room for the thread. The log is closed then.
  func start() throws(StorageError) {
    do throws(StorageError) {
      // Niceness 5: below searches (0), above background work (10).
      try SystemThread.start("kindred.commit", niceness: 5) { [self] in
        run()
        end()
      }
    } catch {
      end()
      throw error
    }
  }

  private func end() {
    log.markDurable()
    log.close(keepingMark: true)
    finished.signal()
  }

  /// Queues a request; it is completed on the committer's thread.
  func submit(_ request: WriteRequest) {
    queue.withLock { $0.requests.append(request) }
    wakeUp.signal()
  }

  /// From now on writes do not wait for flushes: there may be none any more, and what is queued is not
  /// much.
  func prepareToStop() {
    queue.withLock { $0.isClosing = true }
    wakeUp.signal()
  }

  /// Serves what is queued, ends the thread, closes the log, and waits. Nothing may be submitted
  /// afterwards.
  func stop() {
    queue.withLock { $0.isStopping = true }
    wakeUp.signal()
    finished.wait()
  }

  /// Runs `body` on the committer's thread between two groups and waits for its result.
  private func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) -> R {
    let promise = Promise<R>()
    queue.withLock { $0.tasks.append { promise.keep(body()) } }
    wakeUp.signal()
    return promise.wait()
  }

  // MARK: The loop

  private func run() {
    while true {
      let taken = queue.withLock { queue in
        defer {
          queue.requests.removeAll()
          queue.tasks.removeAll()
        }
        return queue
      }
      for task in taken.tasks { task() }
      backlog.append(contentsOf: taken.requests)
      if backlog.isEmpty || (isStalled && !taken.isClosing && !taken.isStopping) {
        if taken.isStopping && backlog.isEmpty { return }
        if backlog.isEmpty {
          // Under load the next frame says what has been synced.
          log.markDurable()
          wakeUp.wait()
        } else {
          // A stall may end without a task to wake this thread.
          _ = wakeUp.wait(timeout: .now() + .milliseconds(20))
        }
      } else {
        serve(commit(nextGroup()))
      }
    }
  }

  /// Writes wait while the memtables hold far more than a flush takes, until one has caught up.
  private var isStalled: Bool {
    options.backgroundWork && isMemtableFull && health.flushObstacle == nil
      && health.readOnlyReason == nil
  }

  private var isMemtableFull: Bool {
    state.memtable.byteCount > options.memtableByteCount * 2
  }

  private func nextGroup() -> ArraySlice<WriteRequest> {
    var byteCount = 0
    var count = 0
    for request in backlog.prefix(StoreLimits.groupRequestCount) {
      byteCount += request.byteCount
      if count > 0 && byteCount > StoreLimits.groupByteCount { break }
      count += 1
    }
    return backlog.prefix(count)
  }

  /// Takes the first requests out of the backlog.
  private func serve(_ count: Int) {
    // An empty slice would keep what has been served alive.
    backlog = count == backlog.count ? [] : backlog.dropFirst(count)
  }

  // MARK: A group

  /// A group under way: the state as its requests leave it, which nobody sees before the sync.
  private struct Group {
    var state: StoreState
    /// Operations on points that are in the log but not in `state` yet, by collection identity: they
    /// become one run.
    var unapplied: [UInt64: PendingOperations] = [:]
    var accepted: [WriteRequest] = []
    var sequenceNumbers: [UInt64] = []
    /// Bytes of the batches before compression.
    var byteCount = 0

    mutating func applyPending() throws(StorageError) {
      for (identity, pending) in unapplied {
        try state.apply(.points(collection: identity, pending.operations))
      }
      unapplied.removeAll()
    }
  }

  /// - Returns: how many of the requests have been completed: not all when the first have come to write
  ///   much.
  private func commit(_ requests: ArraySlice<WriteRequest>) -> Int {
    if let reason = health.readOnlyReason {
      for request in requests { request.complete(.failure(.readOnly(reason))) }
      return requests.count
    }
    let mark = log.mark
    var group = Group(state: state)
    var count = 0
    for request in requests where group.byteCount < StoreLimits.groupByteCount {
      count += 1
      do throws(StoreError) {
        try health.checkWritable()
        try stage(request, in: &group)
        group.accepted.append(request)
        group.sequenceNumbers.append(group.state.sequenceNumber)
      } catch {
        request.complete(.failure(error))
      }
    }
    if let failure = write(&group, backTo: mark) {
      for request in group.accepted { request.complete(.failure(failure)) }
      return count
    }
    state = group.state
    let changed = publish()
    for (request, number) in zip(group.accepted, group.sequenceNumbers) {
      request.complete(.success(number))
    }
    mergeSmallRuns(of: changed)
    stateChanged(state, changed, log.byteCount)
    return count
  }

  /// Makes the state visible.
  /// - Returns: identities of the collections that have changed.
  @discardableResult
  private func publish() -> Set<UInt64> {
    let changed = state.takeChanged()
    published.publish(state, changed: changed)
    return changed
  }

  /// Stages the request's frame, unless deciding on it has met damage: what it was decided on may have
  /// lacked something.
  private func stage(_ request: WriteRequest, in group: inout Group) throws(StoreError) {
    do throws(StoreError) {
      try append(request, to: &group)
    } catch {
      try checkDamage(in: group.state)
      throw error
    }
  }

  private func checkDamage(in state: StoreState) throws(StoreError) {
    guard watch.isPending, let damage = state.damage else { return }
    throw .storage(damage)
  }

  private func append(_ request: WriteRequest, to group: inout Group) throws(StoreError) {
    switch request.work {
    case .batch(let batch):
      guard let collection = group.state.collections[batch.identity] else {
        throw .collectionNotFound(batch.collectionName)
      }
      if collection.configurationVersion != batch.configurationVersion {
        try BatchValidation.check(batch.operations, against: collection.configuration)
      }
      let operations = LogOperation.points(collection: batch.identity, batch.operations)
      try makeRoom(for: batch.encoded, onlyRemoves: operations.onlyRemoves)
      if let run = batch.run, collection.configurationVersion == batch.configurationVersion {
        try translate { () throws(StorageError) in try group.applyPending() }
        group.state.apply(run, to: batch.identity)
      } else {
        group.byteCount += try group.unapplied[batch.identity, default: PendingOperations()].add(
          batch.operations, to: collection)
      }
      group.state.sequenceNumber = log.append(batch.encoded)
      group.byteCount += batch.encoded.rawByteCount
    case .decide(let decide):
      try translate { () throws(StorageError) in try group.applyPending() }
      let operations = try decide(group.state)
      try checkPatches(operations, in: group.state)
      try checkDamage(in: group.state)
      guard !operations.isEmpty else { return }
      let encoded = try EncodedBatch(logging: operations)
      try makeRoom(for: encoded, onlyRemoves: operations.allSatisfy(\.onlyRemoves))
      group.state.sequenceNumber = log.append(encoded)
      group.byteCount += encoded.rawByteCount
      for operation in operations {
        try translate { () throws(StorageError) in try group.state.apply(operation) }
      }
    }
  }

  /// - Throws: `.invalid` when a patch would make a vector too long.
  private func checkPatches(
    _ operations: [LogOperation], in state: StoreState
  ) throws(StoreError) {
    for case .points(let identity, let operations) in operations {
      guard operations.contains(where: \.isPatch), let collection = state.collections[identity]
      else { continue }
      var pending = PendingOperations()
      try pending.add(operations, to: collection)
    }
  }

  /// Building a run of checked points cannot fail; if it does, memory and log would disagree.
  private func translate(_ body: () throws(StorageError) -> Void) throws(StoreError) {
    do throws(StorageError) {
      try body()
    } catch {
      health.becomeReadOnly("a batch could not be applied: \(error)")
      throw .readOnly("a batch could not be applied: \(error)")
    }
  }

  /// Writes, syncs and applies the group.
  /// - Returns: why it failed. None of it has happened then, unless it is `.outcomeUnknown`.
  private func write(_ group: inout Group, backTo mark: LogWriter.Mark) -> StoreError? {
    // A request of the group may have found that the store cannot go on.
    if health.readOnlyReason == nil {
      do throws(StoreError) {
        try translate { () throws(StorageError) in try group.applyPending() }
      } catch {
        return takeBack(error, to: mark)
      }
    }
    if let reason = health.readOnlyReason { return takeBack(.readOnly(reason), to: mark) }
    do throws(StorageError) {
      try log.write()
      try synchronize()
      return nil
    } catch {
      return takeBack(
        error.mayPass
          ? .outOfSpace(Self.refusal(error))
          : becomeReadOnly("the log could not be written", error),
        to: mark)
    }
  }

  private func synchronize() throws(StorageError) {
    guard log.durableByteCount < log.byteCount else { return }
    let clock = ContinuousClock()
    let start = clock.now
    try log.synchronize()
    let seconds = (clock.now - start).seconds
    let byteCount = log.byteCount
    counters.update {
      $0.syncs.record(seconds)
      $0.activeLogByteCount = byteCount
    }
  }

  /// Takes the group out of the log again.
  /// - Returns: `failure`, or that nobody knows what has become of the group.
  private func takeBack(_ failure: StoreError, to mark: LogWriter.Mark) -> StoreError {
    do throws(StorageError) {
      try log.discard(backTo: mark)
      return failure
    } catch {
      let reason = "\(failure); and what was written could not be taken back: \(error)"
      health.becomeReadOnly(reason)
      return .outcomeUnknown(reason)
    }
  }

  private func becomeReadOnly(_ what: String, _ error: StorageError) -> StoreError {
    let reason = "\(what): \(error)"
    health.becomeReadOnly(reason)
    return .readOnly(reason)
  }

  // MARK: Room

  /// The message to a client about an error that may pass.
  private static func refusal(_ error: StorageError) -> String {
    error.isOutOfSpace
      ? "the disk is full: upserts are refused until there is room again"
      : "writes are refused until this has passed: \(error)"
  }

  /// Makes sure that the frame fits into the reserved part of the log. Upserts leave room there for
  /// deletions, and on the disk for a flush and a compaction.
  private func makeRoom(for batch: EncodedBatch, onlyRemoves: Bool) throws(StoreError) {
    if !onlyRemoves, isMemtableFull, let obstacle = health.flushObstacle {
      throw .outOfSpace("upserts are refused until a flush succeeds: \(obstacle)")
    }
    do throws(StorageError) {
      if onlyRemoves {
        try log.reserve(batch.frameByteCount)
        return
      }
      let byteCount = batch.frameByteCount + StoreLimits.deletionReserveByteCount
      let growth = byteCount > log.remainingByteCount ? byteCount : 0
      try room.take(batch.rawByteCount, growth: growth, for: state)
      try log.reserve(batch.frameByteCount, spareByteCount: StoreLimits.deletionReserveByteCount)
    } catch  where error.mayPass {
      throw .outOfSpace(Self.refusal(error))
    } catch {
      throw becomeReadOnly("the log could not be extended", error)
    }
  }

  // MARK: Tasks for flush, compaction and backup

  /// How far the log was durable at one moment: everything acknowledged before is in it.
  struct LogCut: Sendable {
    let fileNumber: UInt64
    let byteCount: Int
    let sequenceNumber: UInt64
  }

  func logCut() -> LogCut {
    onThread { [self] in
      LogCut(
        fileNumber: log.header.fileNumber, byteCount: log.durableByteCount,
        sequenceNumber: state.sequenceNumber)
    }
  }

  /// The state at the moment when a flush began.
  struct Sealed: Sendable {
    let state: StoreState
    /// The log file that everything later goes into.
    let logNumber: UInt64
  }

  /// Rotates the log and seals the runs: a flush can now write them to files while writing goes on.
  func seal() throws(StorageError) -> Sealed {
    try onThread { [self] in
      Result { () throws(StorageError) in
        try rotateLog()
        for (identity, collection) in state.collections where collection.memtable.runCount > 0 {
          state.update(identity) { $0.sealRuns() }
        }
        return Sealed(state: state, logNumber: log.header.fileNumber)
      }
    }.get()
  }

  private func rotateLog() throws(StorageError) {
    guard !log.isEmpty else { return }
    let header = LogHeader(
      seed: .random(in: 1 ... .max), storeIdentity: log.header.storeIdentity,
      fileNumber: log.header.fileNumber + 1, firstSequenceNumber: log.nextSequenceNumber)
    let next: LogWriter
    do throws(StorageError) {
      next = try makeLog(header)
    } catch {
      // Here and not where the flush ends, so that nothing is acknowledged in between.
      if !error.mayPass { _ = becomeReadOnly("the log could not go on in a new file", error) }
      throw error
    }
    // Without room for the reserve, deletions wait until the flush has freed the old files.
    try? next.reserve(0, spareByteCount: StoreLimits.deletionReserveByteCount)
    log.close()
    let sealedByteCount = log.byteCount
    log = next
    counters.update {
      $0.logFileCount += 1
      $0.sealedLogByteCount += sealedByteCount
      $0.activeLogByteCount = next.byteCount
    }
  }

  /// Makes a log file, or leaves none: appending may go on in the one before.
  private func makeLog(_ header: LogHeader) throws(StorageError) -> LogWriter {
    let path = directory.log(header.fileNumber)
    // An earlier attempt may have left a file that it could not remove. A start passes over it.
    try directory.fileSystem.removeIfPresent(path)
    do throws(StorageError) {
      let log = try LogWriter(creating: path, header: header, in: directory.fileSystem)
      do throws(StorageError) {
        // The file's name is durable before its first frame is.
        try directory.fileSystem.synchronizeDirectory(directory.logs)
        return log
      } catch {
        log.close()
        throw error
      }
    } catch {
      try? directory.fileSystem.removeIfPresent(path)
      throw error
    }
  }

  /// One step of a flush or a compaction: the segments that were read, and the one that was written.
  struct Replacement: Sendable {
    let collection: UInt64
    let inputs: [StoredSegment]
    /// Nil when none of the points was live.
    let output: StoredSegment?
  }

  /// - Returns: the state afterwards. Everything in it is durable in the log or in segment files.
  @discardableResult
  func install(_ replacements: [Replacement]) -> StoreState {
    onThread { [self] in
      for replacement in replacements {
        // A collection that was dropped meanwhile takes nothing.
        state.update(replacement.collection) {
          $0.replace(replacement.inputs, with: replacement.output)
        }
      }
      publish()
      return state
    }
  }

  /// Leaves damaged segment files out of the state. They have been set aside on the disk.
  func leaveOut(_ number: UInt64, of collection: UInt64) {
    onThread { [self] in
      state.update(collection) { $0.leaveOut(number) }
      publish()
    }
  }

  // MARK: Runs

  /// Keeps the number of runs small. Larger runs are merged off this thread.
  private func mergeSmallRuns(of changed: Set<UInt64>) {
    for identity in changed {
      guard let collection = state.collections[identity],
        let chosen = RunPolicy.runsToMerge(
          collection.unsealedRuns, upTo: RunPolicy.inlineByteCount)
      else { continue }
      guard let output = try? MemtableMerge.merge(chosen, of: collection, numbers: state.numbers)
      else { continue }
      state.update(identity) { $0.replace(chosen, with: output) }
      publish()
    }
  }
}

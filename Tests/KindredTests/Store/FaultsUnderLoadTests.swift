import Dispatch
import Foundation
import Kindred
import StorageIO
import Synchronization
import TestSupport
import Testing

/// Disks that fail while many write.
@Suite struct FaultsUnderLoadTests {
  private let disk = SimulatedFileSystem()

  private func open(_ disk: SimulatedFileSystem? = nil) throws(StoreError) -> Store {
    try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk ?? self.disk))
  }

  private func makeStore() async throws -> Store {
    let store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    return store
  }

  /// Every disk that a crash or a kill could leave now.
  private func images() -> [SimulatedFileSystem] {
    [disk.afterKill()] + CrashMode.allCases.map { disk.crashImage($0, seed: 3) }
  }

  private func ids(in store: Store) throws -> Set<PointID> {
    Set(StoreModel(try store.collection("c")).points.keys)
  }

  /// One point from each of many writers at once.
  /// - Returns: the ids that were acknowledged, and the errors of the others.
  private func write(
    _ ids: Range<UInt64>, to store: Store
  ) async -> (acknowledged: Set<PointID>, errors: [StoreError]) {
    await withTaskGroup(of: (PointID, StoreError?).self) { group in
      for id in ids {
        group.addTask {
          do throws(StoreError) {
            try await store.upsert([Point(id: .integer(id))], into: "c")
            return (.integer(id), nil)
          } catch {
            return (.integer(id), error)
          }
        }
      }
      return await group.reduce(into: ([], [])) { result, outcome in
        if let error = outcome.1 {
          result.errors.append(error)
        } else {
          result.acknowledged.insert(outcome.0)
        }
      }
    }
  }

  @Test(arguments: ContendedFaults.faults)
  func `any call may fail once while twelve write, flush, compact and back up`(fault: Fault) async {
    let report = await ContendedFaults.run(seed: 5, fault: fault, stride: 23)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.caseCount >= 4)
  }

  @Test(arguments: ["synchronizeDirectory /data/wal", "synchronize /data/wal/0000000000000002.wal"])
  func `a rotation that fails costs nothing that was acknowledged`(place: String) async throws {
    let store = try await makeStore()
    let before = await write(0..<12, to: store)
    disk.fail { "\($0.operation) \($0.path)" == place ? .error(Errno.io) : nil }
    let flush = Task { try await store.flush() }
    let during = await write(100..<150, to: store)
    await #expect(throws: StoreError.self) { try await flush.value }
    disk.fail(nil)
    let after = await write(200..<212, to: store)
    // Nothing is acknowledged after the failure.
    #expect(after.acknowledged.isEmpty)
    let acknowledged = before.acknowledged.union(during.acknowledged)
    store.abandon()
    for image in images() {
      let store = try open(image)
      #expect(try ids(in: store) == acknowledged)
      try await store.upsert([Point(id: 1000)], into: "c")
      store.abandon()
    }
  }

  /// As a version before left it: the new file's name or header could not be synced, nobody removed
  /// it, and the writers went on in the old one.
  @Test(arguments: [false, true])
  func `a log file that was made and never used is passed over`(endsTorn: Bool) async throws {
    var store = try await makeStore()
    _ = await write(0..<3, to: store)
    let old = "/data/wal/0000000000000001.wal"
    let bytes = SharedBytes(disk.files[old]!)
    let header = try LogHeader(bytes, path: old)
    let next = LogHeader(
      seed: 9, storeIdentity: header.storeIdentity, fileNumber: 2, firstSequenceNumber: 5)
    let file = try disk.open("/data/wal/0000000000000002.wal", .create)
    try next.encoded.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    file.close()
    var expected: Set<PointID> = [0, 1, 2]
    if !endsTorn {
      try await store.upsert([Point(id: 3)], into: "c")
      expected.insert(3)
    }
    store.abandon()
    if endsTorn { disk.damage(old) { $0 += [1, 2, 3] } }
    #expect(try Store.check("/data", fileSystem: disk).severity == .repairable)
    store = try open()
    #expect(try ids(in: store) == expected)
    #expect(store.statistics.recovery.removedOrphans == ["0000000000000002.wal"])
    try await store.upsert([Point(id: 4)], into: "c")
    try await store.flush()
    try await store.close()
    #expect(try Store.check("/data", fileSystem: disk).severity == nil)
  }

  @Test(arguments: [Fault.error(Errno.io), .partialWrite(Errno.io), .errorAfterEffect(Errno.io)])
  func `a log write that fails under load is refused for good`(fault: Fault) async throws {
    let store = try await makeStore()
    let before = await write(0..<5, to: store)
    disk.fail { $0.operation == .write && $0.path.hasSuffix(".wal") ? fault : nil }
    let during = await write(100..<140, to: store)
    disk.fail(nil)
    #expect(during.acknowledged.isEmpty)
    for error in during.errors {
      guard case .readOnly = error else { throw error }
    }
    store.abandon()
    for image in images() {
      let store = try open(image)
      #expect(try ids(in: store) == before.acknowledged)
      store.abandon()
    }
  }

  @Test func `a batch whose sync failed does not come back`() async throws {
    let store = try await makeStore()
    let before = await write(0..<5, to: store)
    let isFirst = Atomic(true)
    disk.fail { call in
      guard call.operation == .synchronize else { return nil }
      return isFirst.exchange(false, ordering: .relaxed) ? .errorAfterEffect(Errno.io) : nil
    }
    let during = await write(100..<140, to: store)
    disk.fail(nil)
    #expect(during.acknowledged.isEmpty)
    #expect(disk.retriedSynchronizations.isEmpty)
    store.abandon()
    for image in images() {
      let store = try open(image)
      #expect(try ids(in: store) == before.acknowledged)
      store.abandon()
    }
  }

  @Test func `a batch that cannot be taken back is said to be unknown`() async throws {
    let store = try await makeStore()
    _ = await write(0..<5, to: store)
    disk.fail { $0.operation == .truncate || $0.operation == .synchronize ? .error(Errno.io) : nil }
    let error = await #expect(throws: StoreError.self) {
      try await store.upsert([Point(id: 100)], into: "c")
    }
    guard case .outcomeUnknown(let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("synchronize") && reason.contains("truncate"))
    // Later writes are refused, as everywhere.
    let later = await write(101..<103, to: store)
    #expect(later.errors.count == 2)
    for error in later.errors {
      guard case .readOnly = error else { throw error }
    }
    disk.fail(nil)
    store.abandon()
    for image in images() {
      let store = try open(image)
      let found = try ids(in: store)
      #expect(found.subtracting([100]) == [0, 1, 2, 3, 4])
      store.abandon()
    }
  }

  @Test(arguments: [Errno.manyOpenFiles, Errno.manyOpenFilesInAll, Errno.noMemory])
  func `a flush that lacks descriptors or memory is made later`(code: Int32) async throws {
    let store = try await makeStore()
    _ = await write(0..<5, to: store)
    disk.fail { $0.operation == .create || $0.operation == .map ? .error(code) : nil }
    let error = await #expect(throws: StoreError.self) { try await store.flush() }
    guard case .outOfSpace? = error else { throw error! }
    #expect(store.statistics.readOnlyReason == nil)
    #expect(store.statistics.flushObstacle?.contains(Errno.message(code)) == true)
    let during = await write(5..<10, to: store)
    #expect(during.acknowledged.count == 5)
    disk.fail(nil)
    // The flush thread tries by itself, once a second.
    for _ in 0..<400 where store.statistics.flushObstacle != nil {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(store.statistics.flushObstacle == nil)
    try await store.close()
    let again = try open()
    #expect(try ids(in: again).count == 10)
    try await again.close()
  }

  @Test func `a collection dropped while it is flushed leaves no file`() async throws {
    let store = try await makeStore()
    _ = await write(0..<5, to: store)
    let hasDropped = Atomic(false)
    disk.observeMutations { call in
      guard call.operation == .rename, call.path.contains("/segments/"),
        !hasDropped.exchange(true, ordering: .relaxed)
      else { return }
      let done = DispatchSemaphore(value: 0)
      Task.detached {
        _ = try? await store.deleteCollection("c")
        done.signal()
      }
      done.wait()
    }
    try await store.flush()
    disk.observeMutations(nil)
    #expect(store.collectionNames.isEmpty)
    #expect(try disk.list("/data/segments").isEmpty)
    try await store.close()
  }
}

/// A check of a store that is open and at work.
@Suite struct OpenCheckTests {
  @Test func `a file that a compaction removes during a check is no loss`() async throws {
    let holder = Mutex<Store?>(nil)
    let hasCompacted = Atomic(false)
    let base = SimulatedFileSystem()
    let disk = HookedFileSystem(base) { path, mode in
      guard mode == .read, path.contains("/segments/"), let store = holder.withLock({ $0 }),
        !hasCompacted.exchange(true, ordering: .relaxed)
      else { return }
      let done = DispatchSemaphore(value: 0)
      Task.detached {
        try? await store.compact()
        done.signal()
      }
      done.wait()
    }
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    for id in 0..<4 as Range<UInt64> {
      try await store.upsert([Point(id: .integer(id))], into: "c")
      try await store.flush()
    }
    holder.withLock { $0 = store }
    let report = try await store.check()
    holder.withLock { $0 = nil }
    let didCompact = hasCompacted.load(ordering: .relaxed)
    #expect(didCompact)
    #expect(try base.list("/data/segments").count == 1)
    #expect(report.findings.isEmpty)
    #expect(report.segmentCount == 4 && report.pointCount == 4)
    try await store.close()
  }

  @Test func `one check runs at a time`() async throws {
    let holder = Mutex<Store?>(nil)
    let errors = Recorder<StoreError?>()
    let disk = HookedFileSystem(SimulatedFileSystem()) { path, _ in
      guard path.hasSuffix(".segment"), let store = holder.withLock({ $0 }) else { return }
      holder.withLock { $0 = nil }
      let done = DispatchSemaphore(value: 0)
      Task.detached {
        do throws(StoreError) {
          _ = try await store.check()
          errors.record(nil)
        } catch {
          errors.record(error)
        }
        done.signal()
      }
      done.wait()
    }
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1)], into: "c")
    try await store.flush()
    holder.withLock { $0 = store }
    #expect(try await store.check().findings.isEmpty)
    guard case .busy? = errors.values.first ?? nil else {
      Issue.record("\(errors.values)")
      return
    }
    #expect(try await store.check().findings.isEmpty)
    try await store.close()
  }

  @Test func `damage to the manifest's file is found, and a flush puts it right`() async throws {
    let disk = SimulatedFileSystem()
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1)], into: "c")
    try await store.flush()
    disk.damage("/data/MANIFEST") { $0[30] ^= 1 }
    let report = try await store.check(.quick)
    #expect(report.severity == .dataLost)
    #expect(report.findings.first?.path == "/data/MANIFEST")
    #expect(report.findings.first?.message.contains("next flush") == true)
    // The damaged one is the manifest before until the flush after the next.
    for severity in [CheckReport.Severity.repairable, nil] {
      try await store.upsert([Point(id: 2)], into: "c")
      try await store.flush()
      #expect(try await store.check().severity == severity)
    }
    try await store.close()
  }
}

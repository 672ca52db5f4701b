internal import Kindred
internal import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The life of a store under many writers, while it flushes, compacts, makes a snapshot and a backup,
/// and drops a collection, repeated so that one file operation goes wrong in each.
///
/// Whatever it is: nothing acknowledged is lost, what was refused has not happened and does not come
/// back, what nobody knows of has happened whole or not at all, and the store opens again.
package struct ContendedFaults {
  package static let faults: [Fault] = [
    .error(EIO), .error(ENOSPC), .error(EMFILE), .error(ENFILE), .error(ENOMEM),
    .partialWrite(EIO), .partialWrite(ENOSPC), .errorAfterEffect(EIO),
  ]

  private static let failureLimit = 10

  /// Counts `contended faults`: lives with one fault each. The threads race, so the same seed is not
  /// always the same life.
  ///
  /// - Parameter stride: only each so manieth call goes wrong, from the seed's remainder on.
  package static func run(seed: UInt64, fault: Fault, stride: Int = 1) async -> TortureReport {
    var report = TortureReport()
    var call = Int(seed % UInt64(stride))
    while report.failures.count < failureLimit {
      let life = ContendedLife(seed: seed, fault, atCall: call)
      let objections = await life.objections()
      guard life.faultyCall != nil || !objections.isEmpty else { break }
      report.count("contended faults")
      report.failures += objections.map {
        "seed \(seed), \(fault) at call \(call), \(life.faultyCall.map { "\($0)" } ?? "none"): \($0)"
      }
      call += stride
    }
    return report
  }
}

private final class ContendedLife: Sendable {
  private static let directory = "/data"
  private static let writerCount: UInt64 = 12
  private static let roundCount = 4

  private let disk = SimulatedFileSystem()
  private let seed: UInt64
  private let fault: Fault
  private let call: Int
  private let hit = Mutex<FileCall?>(nil)
  private let hasBackup = Atomic(false)
  private let objectionsSoFar = Recorder<String>()

  init(seed: UInt64, _ fault: Fault, atCall call: Int) {
    self.seed = seed
    self.fault = fault
    self.call = call
  }

  /// The call that went wrong, if the life was long enough.
  var faultyCall: FileCall? { hit.withLock { $0 } }

  func objections() async -> [String] {
    do throws(StoreError) {
      let store = try open(disk)
      for name in ["a", "t"] {
        try await store.createCollection(name, PointGenerator.configuration)
      }
      let first = disk.callCount + call
      disk.fail { [self] call in
        guard call.index == first else { return nil }
        hit.withLock { $0 = call }
        return fault
      }
      let ledgers = await live(on: store)
      disk.fail(nil)
      await checkHealth(of: store)
      if seed % 2 == 0 { store.abandon() } else { try? await store.close() }
      if !disk.retriedSynchronizations.isEmpty {
        objectionsSoFar.record("synced again after a failure: \(disk.retriedSynchronizations)")
      }
      if hasBackup.load(ordering: .acquiring) {
        let report = try Store.check("/backup", fileSystem: disk)
        if report.severity != nil { objectionsSoFar.record("the backup: \(report.findings)") }
      }
      await check(disk.afterKill(), ledgers, "killed")
      for mode in CrashMode.allCases {
        await check(disk.crashImage(mode, seed: seed), ledgers, "crashed, \(mode)")
      }
    } catch {
      objectionsSoFar.record("\(error)")
    }
    return objectionsSoFar.values
  }

  private func open(_ disk: SimulatedFileSystem) throws(StoreError) -> Store {
    try Store.open(
      Self.directory, options: StoreOptions(backgroundWork: false, fileSystem: disk))
  }

  // MARK: The life

  private func live(on store: Store) async -> [Ledger] {
    await withTaskGroup(of: Ledger?.self) { group in
      for writer in 0..<Self.writerCount {
        group.addTask { [self] in await write(writer, to: store) }
      }
      group.addTask { [self] in
        await maintain(store)
        return nil
      }
      group.addTask { [self] in
        await replaceCollection(of: store)
        return nil
      }
      return await group.reduce(into: []) { if let ledger = $1 { $0.append(ledger) } }
    }
  }

  private func write(_ writer: UInt64, to store: Store) async -> Ledger {
    var ledger = Ledger(writer: writer)
    for round in 1...Self.roundCount {
      let isRemoval = (round + Int(writer)) % 4 == 0
      let operations = ledger.ids.map { id -> PointOperation in
        isRemoval
          ? .delete(id)
          : .upsert(Point(id: id, payload: ["age": .integer(Int64(round))]))
      }
      do throws(StoreError) {
        try await store.write(operations, to: "a")
        ledger.allowed = [isRemoval ? nil : round]
      } catch {
        switch error {
        case .outOfSpace, .readOnly: break
        case .outcomeUnknown: ledger.allowed.insert(isRemoval ? nil : round)
        default: objectionsSoFar.record("writer \(writer): \(error)")
        }
      }
      if let snapshot = try? store.collection("a"),
        let objection = ledger.objection(to: StoreModel(snapshot), isUnknownVisible: false)
      {
        objectionsSoFar.record("round \(round): \(objection)")
      }
      await Task.yield()
    }
    return ledger
  }

  /// Each may fail; what it leaves is looked at afterwards.
  private func maintain(_ store: Store) async {
    try? await store.flush()
    _ = try? await store.createArchive(.collection("a"))
    try? await store.flush()
    try? await store.compact("a")
    do throws(StoreError) {
      _ = try await store.backUp(to: "/backup")
      hasBackup.store(true, ordering: .releasing)
    } catch {
      // Looked at is only what was acknowledged.
    }
    _ = try? await store.check()
    try? await store.flush()
  }

  private func replaceCollection(of store: Store) async {
    for round in 0..<3 {
      do throws(StoreError) {
        try await store.upsert([Point(id: .integer(UInt64(round)))], into: "t")
        _ = try await store.deleteCollection("t")
        try await store.createCollection("t", PointGenerator.configuration)
      } catch {
        // It may be gone after a failure; other writers have the ledgers.
      }
    }
  }

  /// A passing fault has passed, and has not made the store refuse writes for good.
  private func checkHealth(of store: Store) async {
    guard let call = faultyCall, !call.operation.isSynchronization, fault.mayPass else { return }
    do throws(StoreError) {
      try await store.upsert([Point(id: 999)], into: "a")
      try await store.delete([999], from: "a")
      try await store.flush()
    } catch {
      objectionsSoFar.record("does not go on afterwards: \(error)")
    }
  }

  // MARK: Afterwards

  private func check(_ disk: SimulatedFileSystem, _ ledgers: [Ledger], _ origin: String) async {
    do throws(StoreError) {
      let report = try Store.check(Self.directory, fileSystem: disk)
      if report.severity == .dataLost {
        objectionsSoFar.record("\(origin): check says \(report.findings)")
      }
      let store = try open(disk)
      defer { store.abandon() }
      let found = StoreModel(try store.collection("a"))
      for ledger in ledgers {
        if let objection = ledger.objection(to: found, isUnknownVisible: true) {
          objectionsSoFar.record("\(origin): \(objection)")
        }
      }
      if !found.liveTwice.isEmpty { objectionsSoFar.record("\(origin): twice \(found.liveTwice)") }
      try await store.upsert([Point(id: 1000)], into: "a")
    } catch {
      objectionsSoFar.record("\(origin): \(error)")
    }
  }
}

/// The rounds that one writer's points may show: they are always written together.
private struct Ledger: Sendable {
  let writer: UInt64
  /// The round that wrote them; nil: they are not there.
  var allowed: Set<Int?> = [nil]

  init(writer: UInt64) { self.writer = writer }

  var ids: [PointID] { (0..<3).map { .integer(writer * 10 + $0) } }

  func objection(to model: StoreModel, isUnknownVisible: Bool) -> String? {
    let found = Set(ids.map { id in model.points[id].map { $0.payload["age"]?.asDouble ?? -1 } })
    guard found.count == 1 else { return "writer \(writer)'s batch in pieces: \(found)" }
    let round = found.first!.map { Int($0) }
    // Before a restart nobody sees what is unknown, but the ledger no longer says what was before.
    if !isUnknownVisible && allowed.count > 1 { return nil }
    return allowed.contains(round)
      ? nil : "writer \(writer) finds \(String(describing: round)), not one of \(allowed)"
  }
}

extension Fault {
  /// Whether a store gets over it without a restart.
  fileprivate var mayPass: Bool {
    switch self {
    case .error(let code), .partialWrite(let code): code != EIO
    case .errorAfterEffect: false
    }
  }
}

import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct StoreFaultTests {
  private func open(_ disk: SimulatedFileSystem) throws -> Store {
    try Store.open("/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
  }

  @Test(arguments: FaultEnumeration.faults) func `any call may fail once`(fault: Fault) async {
    let report = await FaultEnumeration.run(seed: 7, fault: fault)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.caseCount > 100)
  }

  @Test func `a full disk refuses upserts, not deletions, and the store goes on by itself`()
    async throws
  {
    let disk = SimulatedFileSystem(capacity: 600_000)
    let store = try Store.open("/data", options: StoreOptions(fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    var random = SeededGenerator(seed: 5)
    var count = 0
    var refusal: StoreError?
    while refusal == nil {
      let text = String(decoding: random.bytes(2000).map { $0 % 64 + 32 }, as: UTF8.self)
      do {
        let point = Point(id: .integer(UInt64(count)), payload: ["text": .string(text)])
        try await store.upsert([point], into: "c")
        count += 1
      } catch {
        refusal = error
      }
    }
    guard case .outOfSpace? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(count > 20)
    try await store.delete([0, 1], from: "c")
    #expect(StoreModel(try store.collection("c")).points.count == count - 2)
    #expect(store.statistics.readOnlyReason == nil)
    disk.capacity = 10_000_000
    try await store.upsert([Point(id: 1)], into: "c")
    try await store.close()
    let again = try Store.open("/data", options: StoreOptions(fileSystem: disk))
    #expect(StoreModel(try again.collection("c")).points.count == count - 1)
    try await again.close()
  }

  @Test func `what upserts leave free is enough for a flush and a compaction`() async throws {
    let disk = SimulatedFileSystem(capacity: 3_000_000)
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    var random = SeededGenerator(seed: 6)
    var count: UInt64 = 0
    // A flush frees the log, and with it room for further points.
    while true {
      let before = count
      await #expect(throws: StoreError.self) {
        while true {
          let text = String(decoding: random.bytes(3000).map { $0 % 64 + 32 }, as: UTF8.self)
          try await store.upsert(
            [Point(id: .integer(count), payload: ["t": .string(text)])], into: "c")
          count += 1
        }
      }
      if count == before { break }
      try await store.flush()
    }
    #expect(store.statistics.collections.first!.segmentCount > 1)
    try await store.compact()
    #expect(store.statistics.collections.first!.segmentCount == 1)
    #expect(store.statistics.collections.first!.pointCount == Int(count))
    store.abandon()
  }

  @Test func `a compaction whose result is larger than it looked leaves the disk room`()
    async throws
  {
    let disk = SimulatedFileSystem()
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    var random = SeededGenerator(seed: 7)
    // The small points go, the large ones stay.
    let points = (0..<1010).map { id in
      let bytes = random.bytes(id < 1000 ? 10 : 100_000).map { $0 % 64 + 32 }
      return Point(
        id: .integer(UInt64(id)), payload: ["t": .string(String(decoding: bytes, as: UTF8.self))])
    }
    try await store.upsert(points, into: "c")
    try await store.flush()
    try await store.delete((0..<1000).map { .integer($0) }, from: "c")
    try await store.flush()
    let files = disk.files.keys.sorted()
    let room = 600_000
    disk.capacity = 1 << 50
    let used = (1 << 50) - (try disk.availableByteCount("/data"))
    disk.capacity = used + room
    let leastRoom = Recorder<Int>()
    disk.observeMutations { _ in
      leastRoom.record((try? disk.availableByteCount("/data")) ?? 0)
    }
    let refusal = await #expect(throws: StoreError.self) { try await store.compact() }
    guard case .outOfSpace? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    disk.observeMutations(nil)
    #expect(leastRoom.values.min() ?? 0 > 100_000)
    #expect(disk.files.keys.sorted() == files)
    disk.capacity = nil
    try await store.compact()
    #expect(store.statistics.collections.first!.deletedPointCount == 0)
    store.abandon()
  }

  @Test func `a failed sync refuses the batch and everything after it, until reopening`()
    async throws
  {
    let disk = SimulatedFileSystem()
    let store = try open(disk)
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1)], into: "c")
    disk.fail { $0.operation == .synchronize ? .error(Errno.io) : nil }
    var errors: [StoreError] = []
    for _ in 0..<2 {
      do throws(StoreError) {
        try await store.upsert([Point(id: 2)], into: "c")
      } catch {
        errors.append(error)
      }
    }
    // The sync of the cut fails as well.
    guard errors.count == 2, case .outcomeUnknown = errors[0], case .readOnly = errors[1] else {
      Issue.record("\(errors)")
      return
    }
    #expect(StoreModel(try store.collection("c")).points.count == 1)
    #expect(store.statistics.readOnlyReason != nil)
    disk.fail(nil)
    await #expect(throws: StoreError.self) { try await store.close() }
    let again = try open(disk)
    try await again.upsert([Point(id: 3)], into: "c")
    #expect(StoreModel(try again.collection("c")).points[1] != nil)
    try await again.close()
  }

  @Test func `a log file whose first sync failed is written again before it is used`() async throws
  {
    let disk = SimulatedFileSystem()
    let store = try open(disk)
    try await store.createCollection("c", CollectionConfiguration())
    disk.fail {
      $0.operation == .synchronize && $0.path.hasSuffix("2.wal") ? .error(Errno.io) : nil
    }
    await #expect(throws: StoreError.self) { try await store.flush() }
    store.abandon()
    disk.fail(nil)
    let again = try open(disk)
    try await again.upsert([Point(id: 1)], into: "c")
    let left = disk.crashImage(.lostUnsynced, seed: 0)
    again.abandon()
    let last = try open(left)
    #expect(StoreModel(try last.collection("c")).points.count == 1)
    last.abandon()
  }

  @Test func `a directory whose making was cut short at the manifest keeps its name`() async throws
  {
    let disk = SimulatedFileSystem()
    disk.fail { $0.operation == .rename ? .errorAfterEffect(Errno.io) : nil }
    #expect(throws: StoreError.self) { try open(disk) }
    disk.fail(nil)
    let store = try open(disk)
    try await store.createCollection("c", CollectionConfiguration())
    let left = disk.crashImage(.lostUnsynced, seed: 0)
    store.abandon()
    let again = try open(left)
    #expect(again.collectionNames == ["c"])
    again.abandon()
  }

  @Test func `a closed store lets go of everything`() async throws {
    weak var disk: SimulatedFileSystem?
    do {
      let strong = SimulatedFileSystem()
      disk = strong
      let store = try open(strong)
      try await store.createCollection("c", CollectionConfiguration())
      try await store.close()
    }
    // The store's threads may be on their last lines.
    for _ in 0..<1000 where disk != nil { try await Task.sleep(for: .milliseconds(5)) }
    #expect(disk == nil)
  }
}

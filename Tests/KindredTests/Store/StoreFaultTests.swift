import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct StoreFaultTests {
  @Test(arguments: 0..<2) func `a crash at any operation loses nothing acknowledged`(
    seed: UInt64
  ) async throws {
    var crashPoint = 0
    while true {
      let disk = SimulatedFileSystem()
      disk.crash(atMutation: crashPoint)
      var workload = StoreWorkload()
      await workload.run(on: disk, seed: seed, goesOn: false)
      for mode in CrashMode.allCases {
        let image = disk.crashImage(mode, seed: seed &+ UInt64(crashPoint))
        do {
          let found = try StoreWorkload.read(image)
          #expect(workload.allows(found), "seed \(seed), crash at \(crashPoint), \(mode)")
        } catch {
          Issue.record("seed \(seed), crash at \(crashPoint), \(mode): \(error)")
        }
      }
      guard disk.hasCrashed else { break }
      crashPoint += 1
    }
    #expect(crashPoint > 50)
  }

  @Test(arguments: [Errno.io, Errno.noSpace]) func `any call may fail once`(code: Int32)
    async throws
  {
    var index = 0
    while true {
      let disk = SimulatedFileSystem()
      disk.fail(call: index, with: .error(code))
      var workload = StoreWorkload()
      await workload.run(on: disk, seed: 7, goesOn: true)
      guard index < disk.callCount else { break }
      #expect(disk.retriedSynchronizations.isEmpty, "call \(index)")
      do {
        let found = try StoreWorkload.read(disk.afterKill())
        #expect(workload.allows(found), "call \(index), error \(code): \(workload.failure as Any)")
      } catch {
        Issue.record("call \(index), error \(code): \(error)")
      }
      index += 1
    }
    #expect(index > 100)
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

  @Test func `a failed sync refuses the batch and everything after it, until reopening`()
    async throws
  {
    let disk = SimulatedFileSystem()
    let store = try Store.open("/data", options: StoreWorkload.options(disk))
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1)], into: "c")
    disk.fail { $0.operation == .synchronize ? .error(Errno.io) : nil }
    for _ in 0..<2 {
      let error = await #expect(throws: StoreError.self) {
        try await store.upsert([Point(id: 2)], into: "c")
      }
      guard case .readOnly? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(StoreModel(try store.collection("c")).points.count == 1)
    #expect(store.statistics.readOnlyReason != nil)
    disk.fail(nil)
    await #expect(throws: StoreError.self) { try await store.close() }
    let again = try Store.open("/data", options: StoreWorkload.options(disk))
    try await again.upsert([Point(id: 3)], into: "c")
    #expect(StoreModel(try again.collection("c")).points[1] != nil)
    try await again.close()
  }
}

import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct StoreTests {
  private let directory = TemporaryDirectory()

  private func open(_ options: StoreOptions = StoreOptions()) throws -> Store {
    try Store.open(directory.path, options: options)
  }

  @Test func `collections, configurations and aliases survive reopening`() async throws {
    var store = try open()
    try await store.createCollection("b", CollectionConfiguration())
    try await store.createCollection("a", CollectionConfiguration())
    try await store.updateConfiguration(of: "a") { $0.sparseVectors["r"] = .init(modifier: .idf) }
    try await store.updateAliases([.create(alias: "now", collection: "a")])
    for isOrderly in [false, true] {
      if isOrderly { try await store.close() } else { store.abandon() }
      store = try open()
      #expect(store.collectionNames == ["a", "b"])
      #expect(store.aliases == ["now": "a"])
      #expect(try store.collection("now").configuration.sparseVectors["r"]?.modifier == .idf)
    }
    #expect(try await store.deleteCollection("a"))
    #expect(try await store.deleteCollection("a") == false)
    #expect(store.aliases.isEmpty)
    try await store.close()
    store = try open()
    #expect(store.collectionNames == ["b"])
    #expect(throws: StoreError.collectionNotFound("now")) { try store.collection("now") }
    try await store.close()
  }

  @Test func `alias actions are applied whole or not at all`() async throws {
    let store = try open()
    try await store.createCollection("a", CollectionConfiguration())
    await #expect(throws: StoreError.collectionNotFound("x")) {
      try await store.updateAliases([
        .create(alias: "one", collection: "a"), .create(alias: "two", collection: "x"),
      ])
    }
    #expect(store.aliases.isEmpty)
    await #expect(throws: StoreError.collectionExists("a")) {
      try await store.updateAliases([.create(alias: "a", collection: "a")])
    }
    try await store.updateAliases([
      .create(alias: "one", collection: "a"), .rename(alias: "one", to: "two"),
    ])
    #expect(store.aliases == ["two": "a"])
    await #expect(throws: StoreError.aliasExists("two")) {
      try await store.createCollection("two", CollectionConfiguration())
    }
    try await store.close()
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "a\\b", "a:b", "a\u{0}", String(repeating: "x", count: 201),
  ])
  func `a bad collection name is refused`(name: String) async throws {
    let store = try open()
    await #expect(throws: StoreError.self) {
      try await store.createCollection(name, CollectionConfiguration())
    }
    #expect(store.collectionNames.isEmpty)
    try await store.close()
  }

  @Test func `points that do not fit the collection are refused, and nothing changes`() async throws
  {
    let store = try open()
    try await store.createCollection("c", PointGenerator.configuration)
    let before = store.statistics.lastSequenceNumber
    var deep: JSONValue = 1
    for _ in 0..<65 { deep = .array([deep]) }
    let bad: [(Point, StoreError?)] = [
      (Point(id: 1, vectors: ["x": .sparse(.empty)]), .vectorNotFound("x")),
      (Point(id: 1, vectors: ["dense": .sparse(.empty)]), nil),
      (Point(id: 1, vectors: ["ratings": .dense([1])]), nil),
      (Point(id: 1, vectors: ["dense": .dense([1])]), nil),
      (Point(id: 1, vectors: ["dense": .dense([1, 2, .nan])]), nil),
      (Point(id: 1, vectors: ["dense": .multiDense([[1, 2, 3]])]), nil),
      (Point(id: 1, payload: ["x": .double(.infinity)]), nil),
      (Point(id: 1, payload: ["x": deep]), nil),
    ]
    for (point, expected) in bad {
      let error = await #expect(throws: StoreError.self) {
        try await store.upsert([Point(id: 2), point], into: "c")
      }
      if let expected { #expect(error == expected) }
      await #expect(throws: StoreError.self) {
        try await store.write(to: "c") { _ in [.upsert(point)] }
      }
    }
    #expect(store.statistics.lastSequenceNumber == before)
    await #expect(throws: StoreError.collectionNotFound("d")) {
      try await store.upsert([Point(id: 1)], into: "d")
    }
    try await store.close()
  }

  @Test func `a second store on the directory is refused, naming the holder`() async throws {
    let store = try open(StoreOptions(holder: "socket /x/kindred.sock"))
    let error = #expect(throws: StoreError.self) { try open() }
    guard case .storage(.locked(_, let holder))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(holder.contains("socket /x/kindred.sock"))
    try await store.close()
    try await open().close()
  }

  @Test func `a closed store refuses`() async throws {
    let store = try open()
    try await store.close()
    try await store.close()
    await #expect(throws: StoreError.closed) {
      try await store.createCollection("c", CollectionConfiguration())
    }
    await #expect(throws: StoreError.closed) { try await store.flush() }
  }

  /// Large batches pass through a thread of their own before they are queued.
  @Test(arguments: 0..<8)
  func `batches that meet a close are kept or refused`(round: Int) async throws {
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    let acknowledged = try await withThrowingTaskGroup(of: Int?.self) { [store] group in
      for batch in 0..<16 {
        group.addTask {
          // Some are large.
          let ids = batch * 1000..<batch * 1000 + (batch % 2 == 0 ? 500 : 1)
          do {
            try await store.upsert(ids.map { Point(id: .integer(UInt64($0))) }, into: "c")
            return batch
          } catch StoreError.closed {
            return nil
          }
        }
      }
      group.addTask {
        try await Task.sleep(for: .microseconds(200 * round))
        try await store.close()
        return nil
      }
      var acknowledged: [Int] = []
      for try await batch in group { if let batch { acknowledged.append(batch) } }
      return acknowledged
    }
    store = try open()
    let ids = acknowledged.map { PointID.integer(UInt64($0 * 1000)) }
    #expect(try store.collection("c").retrieve(ids).count == ids.count)
    try await store.close()
  }

  @Test func `a flush cuts the log and a compaction leaves one segment`() async throws {
    var store = try open(StoreOptions(backgroundWork: false))
    try await store.createCollection("c", PointGenerator.configuration)
    var generator = PointGenerator(random: SeededGenerator(seed: 3))
    for _ in 0..<5 {
      try await store.write(generator.batch(), to: "c")
      try await store.flush()
    }
    var statistics = store.statistics
    #expect(statistics.logFileCount == 1)
    #expect(statistics.logByteCount == LogFormat.fileHeaderByteCount)
    #expect(statistics.collections[0].memtableRunCount == 0)
    #expect(statistics.collections[0].segmentCount > 1)
    try await store.compact("c")
    statistics = store.statistics
    #expect(statistics.collections[0].segmentCount == 1)
    #expect(statistics.collections[0].deletedPointCount == 0)
    let disk = PosixFileSystem()
    #expect(try disk.list(directory.path + "/segments").count == 1)
    #expect(try disk.list(directory.path + "/wal").count == 1)
    try await store.close()
    store = try open()
    #expect(store.statistics.recovery.replayedBatchCount == 0)
    #expect(store.statistics.recovery.removedOrphans.isEmpty)
    #expect(try await store.deleteCollection("c"))
    try await store.flush()
    #expect(try disk.list(directory.path + "/segments").isEmpty)
    try await store.close()
  }
}

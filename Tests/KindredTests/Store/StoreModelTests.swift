import Kindred
import TestSupport
import Testing

/// Random histories against a dictionary, through every layout the store has.
@Suite struct StoreModelTests {
  @Test(arguments: 0..<12) func `a store is what was written to it, whatever its layout`(
    seed: UInt64
  ) async throws {
    let directory = TemporaryDirectory()
    let options = StoreOptions(
      memtableByteCount: 40_000, compactionInterval: .milliseconds(20),
      backgroundWork: seed % 2 == 0)
    var generator = PointGenerator(random: SeededGenerator(seed: seed))
    var model = StoreModel()
    var store = try Store.open(directory.path, options: options)
    try await store.createCollection("c", PointGenerator.configuration)
    for step in 0..<150 {
      switch Int.random(in: 0..<20, using: &generator.random) {
      case 0: try await store.flush()
      case 1: try await store.compact()
      case 2:
        try await store.close()
        store = try Store.open(directory.path, options: options)
      case 3:
        // Nothing but what has been acknowledged, and all of it.
        store.abandon()
        store = try Store.open(directory.path, options: options)
      case 4, 5:
        let operations = generator.batch()
        try await store.write(to: "c") { _ in operations }
        model.apply(operations)
      default:
        let operations = generator.batch()
        try await store.write(operations, to: "c")
        model.apply(operations)
      }
      let found = StoreModel(try store.collection("c"))
      #expect(found == model, "seed \(seed), step \(step)")
      guard found == model else { break }
    }
    try await store.close()
  }

  @Test func `a view does not see what comes after it`() async throws {
    let directory = TemporaryDirectory()
    let store = try Store.open(directory.path)
    try await store.createCollection("c", PointGenerator.configuration)
    var generator = PointGenerator(random: SeededGenerator(seed: 1))
    try await store.write(generator.batch(), to: "c")
    let view = try store.collection("c")
    let before = StoreModel(view)
    for _ in 0..<30 { try await store.write(generator.batch(), to: "c") }
    try await store.compact()
    #expect(try await store.deleteCollection("c"))
    try await store.close()
    #expect(StoreModel(view) == before)
  }

  @Test func `concurrent writers share syncs and lose nothing`() async throws {
    let directory = TemporaryDirectory()
    let options = StoreOptions(memtableByteCount: 100_000)
    let store = try Store.open(directory.path, options: options)
    try await store.createCollection("c", PointGenerator.configuration)
    let writerCount = 16
    let batchCount = 50
    try await withThrowingTaskGroup { group in
      for writer in 0..<writerCount {
        group.addTask {
          for batch in 0..<batchCount {
            let id = PointID.integer(UInt64(writer * batchCount + batch))
            try await store.upsert([Point(id: id)], into: "c")
            // A read after the acknowledgement sees the write.
            let view = try store.collection("c")
            #expect(view.segments.contains { $0.segment.offset(of: id) != nil })
          }
        }
      }
      try await group.waitForAll()
    }
    let statistics = store.statistics
    #expect(statistics.lastSequenceNumber == UInt64(writerCount * batchCount + 1))
    #expect(statistics.syncs.count < writerCount * batchCount)
    store.abandon()
    let again = try Store.open(directory.path, options: options)
    #expect(StoreModel(try again.collection("c")).points.count == writerCount * batchCount)
    try await again.close()
  }

  @Test func `read-modify-write loses no update`() async throws {
    let directory = TemporaryDirectory()
    let store = try Store.open(directory.path)
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1, payload: ["n": 0])], into: "c")
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<25 {
            try await store.write(to: "c") { view in
              var point = StoreModel(view).points[1]!
              guard case .integer(let count)? = point.payload["n"] else { return [] }
              point.payload["n"] = .integer(count + 1)
              return [.upsert(point)]
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(StoreModel(try store.collection("c")).points[1]?.payload["n"] == 200)
    try await store.close()
  }
}

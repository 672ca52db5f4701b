import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct ManyCollectionsTests {
  private let directory = TemporaryDirectory()

  private static func point(_ id: UInt64) throws -> Point {
    Point(
      id: .integer(id),
      vectors: ["r": .sparse(try SparseVector(dimensions: [UInt32(id)], weights: [1]))])
  }

  private static func fill(_ store: Store, _ names: Range<Int>) async throws {
    let configuration = CollectionConfiguration(sparseVectors: ["r": SparseVectorParameters()])
    for number in names {
      try await store.createCollection("c\(number)", configuration)
      try await store.upsert([point(UInt64(number))], into: "c\(number)")
    }
  }

  @Test func `few collections are flushed at closing, many are left to the log`() async throws {
    var options = StoreOptions()
    options.backgroundWork = false
    for (count, isFlushed) in [(5, true), (300, false)] {
      let directory = TemporaryDirectory()
      var store = try Store.open(directory.path, options: options)
      try await Self.fill(store, 0..<count)
      try await store.close()
      let segments = try PosixFileSystem().list(directory.path + "/segments")
      #expect(segments.count == (isFlushed ? count : 0))
      store = try Store.open(directory.path, options: options)
      #expect(store.collectionNames.count == count)
      #expect((store.statistics.recovery.replayedBatchCount > 0) == !isFlushed)
      for number in 0..<count {
        let records = try store.collection("c\(number)").retrieve([.integer(UInt64(number))])
        #expect(records.count == 1)
      }
      try await store.close()
    }
  }

  @Test func `what is kept of all memtables together stays true`() async throws {
    var options = StoreOptions()
    options.backgroundWork = false
    let store = try Store.open(directory.path, options: options)
    func sum() -> Int { store.statistics.collections.reduce(0) { $0 + $1.memtableByteCount } }
    try await Self.fill(store, 0..<200)
    for number in 0..<200 {
      try await store.upsert([Self.point(1), Self.point(2)], into: "c\(number % 7)")
    }
    for number in 0..<50 { _ = try await store.deleteCollection("c\(number)") }
    #expect(sum() > 0)
    try await store.flush()
    #expect(sum() == 0)
    #expect(store.statistics.collections.count == 150)
    try await store.delete([.integer(100)], from: "c100")
    #expect(try store.collection("c100").pointCount == 0)
    #expect(try store.collection("c101").pointCount == 1)
    await #expect(throws: StoreError.collectionNotFound("c3")) {
      try await store.upsert([Self.point(1)], into: "c3")
    }
    try await store.close()
  }
}

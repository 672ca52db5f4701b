import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct PostingsCachingTests {
  private static func store(_ directory: TemporaryDirectory, byteCount: Int) async throws -> Store {
    let store = try Store.open(
      directory.path, options: StoreOptions(postingsCacheByteCount: byteCount))
    var random = SeededGenerator(seed: 5)
    for name in ["often", "seldom"] {
      try await store.createCollection(name, CollectionConfiguration(sparseVectors: ["v": .init()]))
      let points = (0..<4000).map { index in
        Point(
          id: .integer(UInt64(index)),
          vectors: [
            "v": .sparse(
              .random(dimensionCount: 200, count: 8, shape: .ratings, using: &random))
          ])
      }
      try await store.upsert(points, into: name)
    }
    try await store.flush()
    return store
  }

  private static func search(_ store: Store, _ name: String) throws -> [ScoredPoint] {
    let query = try SparseVector(
      dimensions: Array(0..<60), weights: (0..<60).map { $0 % 3 == 0 ? -1.5 : 0.25 })
    return try store.collection(name).search(
      SearchRequest(vector: .sparse(query), using: "v", limit: 30))
  }

  private static func cached(_ store: Store) -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: store.statistics.collections.map {
        ($0.name, $0.postingsCacheByteCount)
      })
  }

  /// Asks again and again, for up to a minute.
  private static func cached(
    _ store: Store, searching names: [String]
  ) async throws -> [String: Int] {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      for name in names { _ = try search(store, name) }
      let cached = cached(store)
      if cached.values.contains(where: { $0 > 0 }) { return cached }
      try await Task.sleep(for: .milliseconds(10))
    }
    return [:]
  }

  @Test func `lists of what is searched often are kept in memory, with the same answers`()
    async throws
  {
    let directory = TemporaryDirectory()
    let store = try await Self.store(directory, byteCount: 64 << 20)
    let before = try Self.search(store, "often")
    #expect(Self.cached(store) == ["often": 0, "seldom": 0])
    _ = try Self.search(store, "seldom")
    let cached = try await Self.cached(store, searching: ["often"])
    #expect(try #require(cached["often"]) > 0)
    #expect(cached["seldom"] == 0)
    #expect(try Self.search(store, "often") == before)
    try await store.close()
  }

  @Test func `nothing is kept beyond the budget`() async throws {
    let directory = TemporaryDirectory()
    let store = try await Self.store(directory, byteCount: 50_000)
    let cached = try await Self.cached(store, searching: ["often", "seldom"])
    #expect(1...50_000 ~= cached.values.reduce(0, +))
    try await store.close()
  }
}

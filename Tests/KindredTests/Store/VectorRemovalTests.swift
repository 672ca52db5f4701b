import Kindred
import TestSupport
import Testing

@Suite struct VectorRemovalTests {
  @Test func `a vector is removed from more than one batch can hold`() async throws {
    let directory = TemporaryDirectory()
    var store = try Store.open(directory.path, options: StoreOptions(backgroundWork: false))
    let size = 65_536
    try await store.createCollection(
      "c",
      CollectionConfiguration(
        sparseVectors: ["s": .init()], denseVectors: ["d": .init(size: size, distance: .dot)]))
    let row = [Float](repeating: 1, count: size)
    let count = StoreLimits.batchByteCount / (size * 4) + 10
    for start in stride(from: 0, to: count, by: 50) {
      let points = (start..<min(start + 50, count)).map { id in
        Point(
          id: .integer(UInt64(id)),
          vectors: ["d": .dense(row), "s": .sparse(.init(ascending: [1], weights: [1]))])
      }
      try await store.upsert(points, into: "c")
    }
    try await store.removeVector("s", of: "c")
    store.abandon()
    store = try Store.open(directory.path, options: StoreOptions(backgroundWork: false))
    let view = try store.collection("c")
    #expect(view.configuration.sparseVectors.isEmpty)
    #expect(view.pointCount == count)
    #expect(try view.count(Filter(must: [.hasVector("s")])) == 0)
    #expect(try view.retrieve([7], vectors: .all).first?.vectors == ["d": .dense(row)])
    try await store.close()
  }
}

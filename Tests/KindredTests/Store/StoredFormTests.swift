import Kindred
import TestSupport
import Testing

@Suite struct StoredFormTests {
  private let directory = TemporaryDirectory()

  @Test func `vectors compared by cosine are stored with length 1, others as they are`()
    async throws
  {
    let store = try Store.open(directory.path)
    try await store.createCollection(
      "c",
      CollectionConfiguration(
        denseVectors: [
          "cosine": .init(size: 2, distance: .cosine),
          "rows": .init(size: 2, distance: .cosine, isMultivector: true),
          "dot": .init(size: 2, distance: .dot),
        ]))
    let point = Point(
      id: 1,
      vectors: [
        "cosine": .dense([3, 4]), "rows": .multiDense([[0, 2], [0, 0]]), "dot": .dense([3, 4]),
      ])
    let stored: [ByteString: VectorValue] = [
      "cosine": .dense([0.6, 0.8]), "rows": .multiDense([[0, 1], [0, 0]]), "dot": .dense([3, 4]),
    ]
    try await store.upsert([point], into: "c")
    #expect(try store.collection("c").retrieve([1], vectors: .all).first?.vectors == stored)
    try await store.write(to: "c") { _ throws(StoreError) in
      var other = point
      other.id = 2
      return [.upsert(other)]
    }
    #expect(try store.collection("c").retrieve([2], vectors: .all).first?.vectors == stored)
    try await store.close()
  }
}

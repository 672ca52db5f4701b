import JSONCodec
import Kindred
import TestSupport
import Testing

/// Changes of points mean the same, whoever makes them.
@Suite struct PointUpdateTests {
  private let directory = TemporaryDirectory()

  /// Points 1 to 4, each with a vector `v`, a vector `w` and `n`, which is its id.
  private func store() async throws -> Store {
    let store = try Store.open(directory.path)
    try await store.createCollection(
      "c", CollectionConfiguration(sparseVectors: ["v": .init(), "w": .init()]))
    try await store.upsert((1...4).map { Self.point($0) }, into: "c")
    return store
  }

  private static func point(_ id: UInt64, _ payload: JSONObject? = nil) -> Point {
    Point(
      id: .integer(id), vectors: ["v": vector(1), "w": vector(2)],
      payload: payload ?? ["n": .integer(Int64(id))])
  }

  private static func vector(_ weight: Float) -> VectorValue {
    .sparse(SparseVector(ascending: [7], weights: [weight]))
  }

  private static func with(_ n: Int64) throws -> Filter {
    Filter(must: [.field(key: try JSONPath(parsing: "n"), .matchValue(.integer(n)))])
  }

  private static func payloads(_ store: Store) throws -> [UInt64: JSONObject] {
    try Dictionary(
      uniqueKeysWithValues: store.collection("c").scroll(limit: 100).records.map { record in
        guard case .integer(let id) = record.id else { return (0, [:]) }
        return (id, record.payload ?? [:])
      })
  }

  @Test func `upserts write all, only new or only known points`() async throws {
    let store = try await store()
    let points = [4, 5].map { Self.point($0, ["new": true]) }
    try await store.apply(.upsert(PointUpsert(points: points, mode: .insertOnly)), to: "c")
    #expect(try Self.payloads(store)[4] == ["n": 4] && Self.payloads(store)[5] == ["new": true])
    let others = [4, 6].map { Self.point($0, ["known": true]) }
    try await store.apply(.upsert(PointUpsert(points: others, mode: .updateOnly)), to: "c")
    #expect(try Self.payloads(store)[4] == ["known": true] && Self.payloads(store)[6] == nil)
    // A filter keeps those points that are there and do not pass; new ones are written.
    let all = [1, 2, 7].map { Self.point($0, ["passed": true]) }
    try await store.apply(
      .upsert(PointUpsert(points: all, updateFilter: Self.with(1))), to: "c")
    let payloads = try Self.payloads(store)
    #expect(payloads[1] == ["passed": true] && payloads[2] == ["n": 2])
    #expect(payloads[7] == ["passed": true])
    try await store.close()
  }

  @Test func `payloads are merged, replaced, cut and emptied`() async throws {
    let store = try await store()
    try await store.apply(
      .setPayload(["a": ["b": 1]], key: nil, .ids([1, 2, 1])), to: "c")
    try await store.apply(
      .setPayload(["c": 2], key: JSONPath(parsing: "a"), .filter(Self.with(1))), to: "c")
    #expect(try Self.payloads(store)[1] == ["n": 1, "a": ["b": 1, "c": 2]])
    #expect(try Self.payloads(store)[2] == ["n": 2, "a": ["b": 1]])
    try await store.apply(.deletePayload([JSONPath(parsing: "a.b")], .ids([1])), to: "c")
    try await store.apply(.overwritePayload(["o": 1], .ids([3])), to: "c")
    try await store.apply(.clearPayload(.filter(Self.with(4))), to: "c")
    let payloads = try Self.payloads(store)
    #expect(payloads[1] == ["n": 1, "a": ["c": 2]])
    #expect(payloads[3] == ["o": 1] && payloads[4] == [:])
    try await store.close()
  }

  @Test func `vectors are replaced and removed by name`() async throws {
    let store = try await store()
    try await store.apply(
      .updateVectors(
        [
          (id: 1, vectors: ["v": Self.vector(8)]), (id: 2, vectors: ["v": Self.vector(8)]),
          (id: 1, vectors: ["v": Self.vector(9)]),
        ], filter: nil), to: "c")
    try await store.apply(.deleteVectors(["w"], .ids([2])), to: "c")
    let records = try store.collection("c").retrieve([1, 2], vectors: .all)
    #expect(records[0].vectors == ["v": Self.vector(9), "w": Self.vector(2)])
    #expect(records[1].vectors == ["v": Self.vector(8)])
    await #expect(throws: StoreError.vectorNotFound("x")) {
      try await store.apply(.deleteVectors(["x"], .ids([1])), to: "c")
    }
    try await store.close()
  }

  @Test func `a point that is missing refuses the change of all`() async throws {
    let store = try await store()
    let before = try Self.payloads(store)
    let number = store.lastSequenceNumber
    for update in [
      PointUpdate.clearPayload(.ids([1, 9])), .deleteVectors(["v"], .ids([9, 1])),
      .updateVectors([(id: 1, vectors: [:]), (id: 9, vectors: [:])], filter: nil),
    ] {
      await #expect(throws: StoreError.pointNotFound(9)) { try await store.apply(update, to: "c") }
    }
    #expect(try Self.payloads(store) == before && store.lastSequenceNumber == number)
    // Deleting what is not there is no mistake.
    try await store.apply(.delete(.ids([1, 9])), to: "c")
    try await store.apply(.delete(.filter(Self.with(2))), to: "c")
    #expect(try Self.payloads(store).keys.sorted() == [3, 4])
    try await store.close()
  }
}

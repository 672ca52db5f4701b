import JSONCodec
import Kindred
import Synchronization
import TestSupport
import Testing

/// Changes of many points: in parts, atomic each, as long as somebody waits for them.
@Suite struct PartsTests {
  private let directory = TemporaryDirectory()

  private func store(pointCount: Int, _ payload: JSONObject = [:]) async throws -> Store {
    let store = try Store.open(directory.path)
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert(
      (0..<pointCount).map { Point(id: .integer(UInt64($0)), payload: payload) }, into: "c")
    return store
  }

  private static func all(_ key: String, _ value: Int64) throws -> Filter {
    Filter(must: [.field(key: try JSONPath(parsing: key), .matchValue(.integer(value)))])
  }

  private static let mark: PointChange = { _, found throws(StoreError) in
    guard var point = try found.read() else { return nil }
    point.payload["done"] = 1
    return .upsert(point)
  }

  @Test func `a change by filter goes through all its points once`() async throws {
    let store = try await store(pointCount: 9_000, ["n": 1])
    let before = store.lastSequenceNumber
    try await store.write(pointsPassing: Self.all("n", 1), to: "c", Self.mark)
    #expect(try store.collection("c").count(Self.all("done", 1)) == 9_000)
    // Each part is a batch.
    #expect(store.lastSequenceNumber - before >= 3)
    // A change by filter ends even when it changes which points pass.
    try await store.write(pointsPassing: Self.all("n", 1), to: "c") { _, found in .delete(found.id)
    }
    #expect(try store.collection("c").pointCount == 0)
    try await store.close()
  }

  @Test func `parts are small in bytes too`() async throws {
    let text = String(repeating: "x", count: 1 << 20)
    let store = try await store(pointCount: 20, ["text": .string(text)])
    let before = store.lastSequenceNumber
    try await store.write((0..<20).map { .integer($0) }, to: "c", Self.mark)
    #expect(store.lastSequenceNumber - before >= 5)
    #expect(try store.collection("c").count(Self.all("done", 1)) == 20)
    try await store.close()
  }

  @Test func `a change whose client has gone stops and says how far it came`() async throws {
    let store = try await store(pointCount: 9_000, ["n": 1])
    let askedCount = Atomic(0)
    let context = ReadContext(isAbandoned: {
      askedCount.load(ordering: .relaxed) > 0
    })
    let error = await #expect(throws: StoreError.self) {
      try await store.write(pointsPassing: Self.all("n", 1), to: "c", for: context) {
        index, found throws(StoreError) in
        askedCount.store(1, ordering: .relaxed)
        return try Self.mark(index, found)
      }
    }
    let done = try store.collection("c").count(Self.all("done", 1))
    #expect(error == .incomplete(.timedOut, writtenPointCount: done))
    #expect(done > 0 && done < 9_000)
    try await store.close()
  }

  @Test func `a point that fails in the first part leaves everything as it was`() async throws {
    let store = try await store(pointCount: 10)
    await #expect(throws: StoreError.pointNotFound(.integer(99))) {
      try await store.write([.integer(1), .integer(99)], to: "c") {
        index, found throws(StoreError) in
        guard found.exists else { throw .pointNotFound(found.id) }
        return try Self.mark(index, found)
      }
    }
    #expect(try store.collection("c").count(Self.all("done", 1)) == 0)
    try await store.close()
  }

  @Test func `a point that would be too large is refused`() async throws {
    let store = try await store(pointCount: 1)
    let text = JSONValue.string(String(repeating: "x", count: StoreLimits.pointByteCount + 1))
    let error = await #expect(throws: StoreError.self) {
      try await store.write([.integer(0)], to: "c") { _, found throws(StoreError) in
        .upsert(Point(id: found.id, payload: ["text": text]))
      }
    }
    guard case .tooLarge? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try await store.close()
  }

  @Test func `a change that leaves points as they are writes nothing`() async throws {
    let store = try await store(pointCount: 100, ["n": 1, "zero": 0.0, "a": ["b": [1, 2.5]]])
    let all = Filter(must: [])
    let before = store.lastSequenceNumber
    for payload: JSONObject in [["n": 1], ["zero": 0.0], ["a": ["b": [1, 2.5]]], [:]] {
      try await store.write(pointsPassing: all, to: "c") { _, found throws(StoreError) in
        guard var point = try found.read() else { return nil }
        point.payload.merge(payload)
        return .upsert(point)
      }
    }
    #expect(store.lastSequenceNumber == before)
    // A value that is equal but written differently is another value.
    for payload: JSONObject in [["n": 1.0], ["zero": .double(-0.0)], ["a": ["b": [2.5, 1]]]] {
      let before = store.lastSequenceNumber
      try await store.write(pointsPassing: all, to: "c") { _, found throws(StoreError) in
        guard var point = try found.read() else { return nil }
        point.payload.merge(payload)
        return .upsert(point)
      }
      #expect(store.lastSequenceNumber > before)
    }
    try await store.close()
  }

  @Test func `a filter is looked at again when others have written meanwhile`() async throws {
    let store = try await store(pointCount: 5_000, ["n": 1])
    let wasSeen = Atomic(false)
    async let others: Void = {
      for round in 0..<50 {
        try await store.upsert(
          [Point(id: .integer(UInt64(4_999 - round)), payload: ["n": 2])], into: "c")
      }
    }()
    try await store.write(pointsPassing: Self.all("n", 1), to: "c") { _, found throws(StoreError) in
      guard let point = try found.read() else { throw .pointNotFound(found.id) }
      if point.payload["n"] != 1 { wasSeen.store(true, ordering: .relaxed) }
      return .upsert(Point(id: found.id, payload: ["n": 3]))
    }
    try await others
    // No point was changed that did not pass when it was.
    let hasFailed = wasSeen.load(ordering: .relaxed)
    #expect(!hasFailed)
    #expect(try store.collection("c").count(Self.all("n", 1)) == 0)
    #expect(try store.collection("c").count(Self.all("n", 2)) == 50)
    try await store.close()
  }
}

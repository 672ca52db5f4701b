internal import Kindred
import Synchronization

/// A store on the real disk with everything at once: writers, readers, flushes, compactions, indexes
/// that come and go, collections made and deleted under load, searches divided among threads. What the
/// sanitizers watch.
package struct ConcurrentChurn {
  /// How many points each writer has. Batches as large as the first take another way.
  private static let groupSizes: [UInt64] = [300, 8, 8]
  /// Points of a collection where a search is divided: two million postings in over four windows.
  private static let widePointCount: UInt64 = 70_000
  private static let wideDimensions: Range<UInt32> = 0..<30

  private let store: Store
  private let isOver: @Sendable () -> Bool
  private let failures = Recorder<String>()

  /// Counts `batches`, `reads`, `flushes and compactions` and `collections`.
  package static func run(for duration: Duration) async -> TortureReport {
    let directory = TemporaryDirectory()
    let options = StoreOptions(
      memtableByteCount: 40_000, compactionInterval: .milliseconds(10))
    var report = TortureReport()
    do throws(StoreError) {
      let store = try Store.open(directory.path, options: options)
      try await store.createCollection("a", PointGenerator.configuration)
      try await Self.makeWide(in: store)
      let end = ContinuousClock.now + duration
      let churn = ConcurrentChurn(store: store) { ContinuousClock.now >= end }
      report = await churn.run()
      _ = try await store.deleteCollection("wide")
      let contents = try StoreContents(store)
      try await store.close()
      let again = try Store.open(directory.path, options: options)
      let found = try StoreContents(again)
      if found != contents { report.failures.append(contents.difference(from: found)) }
      try await again.close()
    } catch {
      report.failures.append("\(error)")
    }
    return report
  }

  private init(store: Store, isOver: @escaping @Sendable () -> Bool) {
    self.store = store
    self.isOver = isOver
  }

  private func run() async -> TortureReport {
    await withTaskGroup(of: (String, Int).self) { group in
      for writer in Self.groupSizes.indices {
        group.addTask { ("batches", await loop { try await write(writer, Int64($0)) }) }
      }
      for reader in 0..<2 as Range<UInt64> {
        group.addTask { ("reads", await loop { try read(SeededGenerator(seed: reader &+ $0)) }) }
      }
      group.addTask {
        ("flushes and compactions", await loop { try await maintain($0) })
      }
      group.addTask { ("collections", await loop { try await replaceCollection($0) }) }
      var report = TortureReport()
      for await (name, count) in group { report.count(name, count) }
      report.failures = failures.values
      return report
    }
  }

  /// Calls `body` with 0, 1, … until the time is over.
  private func loop(_ body: (UInt64) async throws -> Void) async -> Int {
    var count: UInt64 = 0
    while !isOver(), failures.values.isEmpty {
      do { try await body(count) } catch { failures.record("\(error)") }
      count += 1
      await Task.yield()
    }
    return Int(count)
  }

  /// The points of one writer: always written together, so they always say the same.
  private static func group(_ writer: Int) -> [PointID] {
    (0..<groupSizes[writer]).map { .integer($0 * UInt64(groupSizes.count) + UInt64(writer)) }
  }

  private func write(_ writer: Int, _ number: Int64) async throws {
    let ids = Self.group(writer)
    if number % 7 == 6 {
      try await store.delete(ids, from: "a")
    } else {
      let vector = SparseVector(
        ascending: [1, UInt32(number % 90) + 2], weights: [1, Float(number)])
      try await store.upsert(
        ids.map {
          Point(id: $0, vectors: ["ratings": .sparse(vector)], payload: ["age": .integer(number)])
        },
        into: "a")
    }
    // To a collection that may be gone, or another one of that name.
    do throws(StoreError) {
      try await store.upsert([Point(id: .integer(UInt64(number)))], into: "b")
    } catch {
      guard case .collectionNotFound = error else { throw error }
    }
  }

  private func read(_ random: SeededGenerator) throws {
    let view = try store.collection("a")
    for writer in Self.groupSizes.indices {
      let records = try view.retrieve(Self.group(writer), vectors: .all)
      let ages = Set(records.map { $0.payload?["age"]?.asDouble ?? -1 })
      if ages.count > 1 || !(records.isEmpty || records.count == Int(Self.groupSizes[writer])) {
        failures.record("a batch in pieces: \(records)")
      }
    }
    var generator = PointGenerator(random: random)
    _ = try view.search(
      .init(vector: .sparse(generator.sparseVector()), using: "ratings", limit: 5))
    _ = try view.count(
      Filter(must: [.field(key: JSONPath(first: "age"), .range(NumberRange(lt: 100)))]))
    if random.seed % 4 == 0 { try searchWide() }
    _ = try? store.collection("b").scroll(limit: 100)
    _ = store.statistics
  }

  /// Points whose weights are the last three digits of their ids.
  private static func makeWide(in store: Store) async throws(StoreError) {
    try await store.createCollection("wide", PointGenerator.configuration)
    for first in stride(from: 0, to: widePointCount, by: 10_000) {
      let points = (first..<first + 10_000).map { id in
        let vector = SparseVector(
          ascending: Array(wideDimensions), weights: wideDimensions.map { _ in Float(id % 1000) })
        return Point(id: .integer(id), vectors: ["ratings": .sparse(vector)])
      }
      try await store.upsert(points, into: "wide")
    }
    try await store.flush()
    try await store.compact("wide")
  }

  private func searchWide() throws {
    let query = SparseVector(
      ascending: Array(Self.wideDimensions), weights: Self.wideDimensions.map { _ in 1 })
    let hits = try store.collection("wide").search(
      .init(vector: .sparse(query), using: "ratings", limit: 5))
    let expected = (0..<5).map { PointID.integer(Self.widePointCount - 1 - $0 * 1000) }
    if hits.map(\.id) != expected { failures.record("wrong hits: \(hits)") }
  }

  private func maintain(_ number: UInt64) async throws {
    switch number % 4 {
    case 0: try await store.flush()
    case 1: try await store.compact("a")
    case 2: try await StoreStep.toggleIndex("a").perform(on: store)
    default: try await store.updateAliases([.create(alias: "x\(number % 3)", collection: "a")])
    }
    try await Task.sleep(for: .milliseconds(2))
  }

  private func replaceCollection(_ number: UInt64) async throws {
    try await store.createCollection("b", PointGenerator.configuration)
    try await Task.sleep(for: .milliseconds(UInt64(5) + number % 20))
    _ = try await store.deleteCollection("b")
  }
}

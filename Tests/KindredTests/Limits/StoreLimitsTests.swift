import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Acknowledged values can be read back: values at a limit and beyond it, through every structure
/// that goes to disk.
@Suite struct StoreLimitsTests {
  private let directory = TemporaryDirectory()

  private func open(_ path: String? = nil) throws -> Store {
    try Store.open(path ?? directory.file("data"), options: StoreOptions(backgroundWork: false))
  }

  private static func nested(_ depth: Int) -> JSONValue {
    (0..<depth).reduce(1) { value, level in level % 2 == 0 ? .array([value]) : ["a": value] }
  }

  /// A configuration, what it would add to a plain one, and whether that is accepted.
  struct Change: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var isAccepted: Bool
    var apply: @Sendable (inout CollectionConfiguration) -> Void

    init(
      _ name: String, _ isAccepted: Bool,
      _ apply: @escaping @Sendable (inout CollectionConfiguration) -> Void
    ) {
      testDescription = name
      self.isAccepted = isAccepted
      self.apply = apply
    }
  }

  static let changes = [parameters, names, counts, sizes, texts, others].flatMap { $0 }

  static let parameters: [Change] =
    [1, 31, 32, 33, 60, 63, 64, 100, 120, 130, 300].flatMap { (depth: Int) -> [Change] in
      let value = nested(depth)
      let isAccepted = depth <= StoreLimits.parameterDepth
      return [
        Change("metadata \(depth) deep", isAccepted) { $0.annotations["metadata"] = value },
        Change("parameter of a sparse vector \(depth) deep", isAccepted) {
          $0.sparseVectors["s"]?.annotations["x"] = value
        },
        Change("parameter of a dense vector \(depth) deep", isAccepted) {
          $0.denseVectors["d"]?.annotations["x"] = value
        },
        Change("parameter of an index \(depth) deep", isAccepted) {
          $0.payloadIndexes["k"] = .init(kind: .keyword, parameters: ["x": value])
        },
        Change("parameter of a text index \(depth) deep", isAccepted) {
          $0.payloadIndexes["t"] = .init(kind: .text, parameters: ["x": value])
        },
      ]
    }

  static let names: [Change] =
    [1, 199, 200, 201, 255, 256, 65_535, 65_536, 100_000].flatMap { (count: Int) -> [Change] in
      let name = String(repeating: "é", count: count / 2) + (count % 2 == 1 ? "x" : "")
      let isAccepted = count <= StoreLimits.vectorNameByteCount
      return [
        Change("sparse name of \(count) bytes", isAccepted) { $0.sparseVectors[name] = .init() },
        Change("dense name of \(count) bytes", isAccepted) {
          $0.denseVectors[name] = .init(size: 2, distance: .dot)
        },
      ]
    }

  static let counts: [Change] =
    [2, 1024, 1025, 65_536].map { (count: Int) -> Change in
      Change("\(count) vectors", count <= StoreLimits.vectorCount) { configuration in
        for index in 2..<count { configuration.sparseVectors["s\(index)"] = .init() }
      }
    }
    + [1, 1024, 1025].map { (count: Int) -> Change in
      Change("\(count) indexes", count <= StoreLimits.payloadIndexCount) { configuration in
        for index in 0..<count {
          configuration.payloadIndexes["k\(index)"] = .init(kind: .keyword)
        }
      }
    }

  static let sizes: [Change] =
    [-1, 0, 1, 65_536, 65_537, 1 << 20, 1 << 21, Int.max].map { (size: Int) -> Change in
      Change("size \(size)", StoreLimits.denseSizes.contains(size)) {
        $0.denseVectors["n"] = .init(size: size, distance: .dot)
      }
    }

  static let texts: [Change] =
    [1, 1024, 1025, 65_536].map { (count: Int) -> Change in
      Change("index key of \(count) bytes", count <= StoreLimits.payloadIndexKeyByteCount) {
        $0.payloadIndexes[String(repeating: "k", count: count)] = .init(kind: .keyword)
      }
    }
    + [100, 1 << 19, 1 << 20, 8 << 20].map { (count: Int) -> Change in
      Change("metadata of \(count) bytes", count < StoreLimits.configurationByteCount - 1000) {
        $0.annotations["metadata"] = ["text": .string(String(repeating: "m", count: count))]
      }
    }

  static let others: [Change] = [
    Change("an empty sparse name", true) { $0.sparseVectors[""] = .init() },
    Change("a name both sparse and dense", false) { $0.sparseVectors["d"] = .init() },
    Change("a number that is none", false) { $0.annotations["metadata"] = ["x": .double(.nan)] },
    Change("an infinite number", false) {
      $0.annotations["metadata"] = ["x": .array([.double(.infinity)])]
    },
    Change("a large whole number", true) { $0.annotations["metadata"] = ["x": .unsigned(.max)] },
  ]

  private static let plain = CollectionConfiguration(
    sparseVectors: ["s": .init()], denseVectors: ["d": .init(size: 2, distance: .dot)])

  @Test(arguments: changes)
  func `what a configuration may hold survives, and the rest is refused`(
    change: Change
  ) async throws {
    var store = try open()
    try await store.createCollection("changed", Self.plain)
    let point = Point(id: 1, vectors: ["s": .sparse(.empty)], payload: ["k": "v", "t": "w"])
    try await store.upsert([point], into: "changed")
    let before = store.statistics.lastSequenceNumber
    var wanted = Self.plain
    change.apply(&wanted)
    let changed = wanted
    if change.isAccepted {
      try await store.createCollection("created", wanted)
      try await store.updateConfiguration(of: "changed") { $0 = changed }
      try await store.upsert([point], into: "created")
    } else {
      for attempt in 0..<2 {
        do throws(StoreError) {
          if attempt == 0 {
            try await store.createCollection("created", wanted)
          } else {
            try await store.updateConfiguration(of: "changed") { $0 = changed }
          }
          Issue.record("accepted")
        } catch .invalid {
        } catch {
          Issue.record("\(error)")
        }
      }
      #expect(store.statistics.lastSequenceNumber == before, "a refusal changes nothing")
    }
    let contents = try StoreContents(store)
    #expect(contents.collections.count == (change.isAccepted ? 2 : 1))
    store = try await checkedThroughDisk(store, contents)
    if change.isAccepted {
      let made = try await store.createArchive(.collection("created"))
      try await store.importArchive("recovered", from: .named(made.name))
      #expect(try store.collection("recovered").configuration == wanted)
      _ = try await store.deleteCollection("recovered")
    }
    let (backup, restored) = (directory.file("backup"), directory.file("restored"))
    _ = try await store.backUp(to: backup)
    try await store.close()
    _ = try Store.restore(backup, to: restored)
    store = try open(restored)
    #expect(try StoreContents(store) == contents)
    try await store.close()
  }

  /// Reopens without a flush and with one, and compares.
  private func checkedThroughDisk(
    _ store: Store, _ contents: StoreContents
  ) async throws -> Store {
    var store = store
    for isOrderly in [false, true] {
      if isOrderly { try await store.close() } else { store.abandon() }
      store = try open()
      #expect(try StoreContents(store) == contents)
    }
    return store
  }

  // MARK: Payloads

  @Test(arguments: [1, 255, 256, 65_535, 65_536, 200_000])
  func `a payload key may be long`(byteCount: Int) async throws {
    let key = String(repeating: "k", count: byteCount)
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1, payload: [key: "v"])], into: "c")
    try await store.upsert([Point(id: 2, payload: [key: [key: [1]]])], into: "c")
    let contents = try StoreContents(store)
    let filter = Filter(must: [
      .field(key: JSONPath(first: key), .matchValue(.string("v")))
    ])
    #expect(try store.collection("c").count(filter) == 1)
    store = try await checkedThroughDisk(store, contents)
    #expect(try store.collection("c").count(filter) == 1)
    try await store.close()
  }

  @Test func `a payload may have many fields`() async throws {
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    var payload = JSONObject()
    for index in 0..<1000 { payload["f\(index)"] = .integer(Int64(index)) }
    try await store.upsert([Point(id: 1, payload: payload)], into: "c")
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }

  @Test(arguments: [63, 64, 65, 128, 500])
  func `a payload is refused beyond its depth`(depth: Int) async throws {
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    let point = Point(id: 1, payload: ["a": Self.nested(depth - 1)])
    if depth <= StoreLimits.payloadDepth {
      try await store.upsert([point], into: "c")
      try await store.write(to: "c") { _ in [.upsert(point)] }
    } else {
      await #expect(throws: StoreError.self) { try await store.upsert([point], into: "c") }
      await #expect(throws: StoreError.self) {
        try await store.write(to: "c") { _ in [.upsert(point)] }
      }
    }
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }

  @Test func `a sparse vector has a limit`() async throws {
    var store = try open()
    try await store.createCollection("c", Self.plain)
    let count = StoreLimits.sparseValueCount
    for excess in [0, 1] {
      let vector = SparseVector(
        ascending: Array(0..<UInt32(count + excess)),
        weights: Array(repeating: 1, count: count + excess))
      do throws(StoreError) {
        try await store.upsert([Point(id: 1, vectors: ["s": .sparse(vector)])], into: "c")
        #expect(excess == 0)
      } catch .invalid {
        #expect(excess == 1)
      }
    }
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }

  // MARK: Names of collections and aliases

  @Test(arguments: [1, 199, 200, 201, 65_536])
  func `a collection's and an alias's name has a limit`(byteCount: Int) async throws {
    let name = String(repeating: "c", count: byteCount - 1)
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    for attempt in 0..<3 {
      do throws(StoreError) {
        switch attempt {
        case 0: try await store.createCollection(name + "1", CollectionConfiguration())
        case 1: try await store.updateAliases([.create(alias: name + "2", collection: "c")])
        default:
          try await store.updateAliases([
            .create(alias: "a", collection: "c"), .rename(alias: "a", to: name + "3"),
          ])
        }
        #expect(byteCount <= StoreLimits.nameByteCount)
      } catch .invalid {
        #expect(byteCount > StoreLimits.nameByteCount)
      }
    }
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }

  // MARK: Values that older versions accepted

  /// A directory as an older version left it: with a configuration that would be refused today.
  private func older(_ configuration: CollectionConfiguration) async throws -> Store {
    let store = try open()
    try await store.createCollection("c", Self.plain)
    try await store.close()
    let disk = PosixFileSystem()
    let path = directory.file("data") + "/MANIFEST"
    var manifest = try ManifestFormat.decode(try disk.readAll(path), path: path)
    manifest.collections[0].configuration = configuration
    try disk.writeAtomically(path: path, bytes: ManifestFormat.encode(manifest))
    return try open()
  }

  @Test(arguments: [64, 90, 120]) func `deep parameters of an older version stay`(
    depth: Int
  ) async throws {
    var configuration = Self.plain
    configuration.annotations["metadata"] = Self.nested(depth)
    configuration.sparseVectors["s"]?.annotations["x"] = Self.nested(depth)
    var store = try await older(configuration)
    try await store.upsert([Point(id: 1, vectors: ["s": .sparse(.empty)])], into: "c")
    // A change that does not touch them is accepted.
    try await store.updateConfiguration(of: "c") { $0.payloadIndexes["k"] = .init(kind: .bool) }
    let contents = try StoreContents(store)
    store = try await checkedThroughDisk(store, contents)
    let made = try await store.createArchive(.collection("c"))
    try await store.importArchive("d", from: .named(made.name))
    #expect(try store.collection("d").configuration == contents.collections["c"]?.configuration)
    try await store.close()
  }

  @Test func `a vector name of an older version that no segment holds is of no use, and no harm`()
    async throws
  {
    let name = String(repeating: "n", count: 65_536)
    var configuration = Self.plain
    configuration.sparseVectors[name] = .init()
    var store = try await older(configuration)
    let kept = Point(id: 1, vectors: ["s": .sparse(.init(ascending: [1], weights: [2]))])
    try await store.upsert([kept], into: "c")
    await #expect(throws: StoreError.self) {
      try await store.upsert(
        [Point(id: 2, vectors: [ByteString(name): .sparse(.empty)])], into: "c")
    }
    // An earlier version logged such a point, and died when it applied it.
    let segment = try makeSegment(
      [kept, Point(id: 3, vectors: [ByteString(name): .sparse(.empty)])], configuration)
    #expect(segment.point(at: 0) == kept)
    #expect(segment.point(at: 1) == Point(id: 3))
    store.abandon()
    store = try open()
    #expect(try store.collection("c").retrieve([1], vectors: .all).count == 1)
    try await store.removeVector(name, of: "c")
    #expect(try store.collection("c").configuration == Self.plain)
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }

  @Test func `more vectors of an older version than a segment holds can be removed`() async throws {
    var configuration = CollectionConfiguration()
    for index in 0..<65_536 { configuration.sparseVectors["n\(index)"] = .init() }
    var store = try await older(configuration)
    await #expect(throws: StoreError.self) {
      try await store.upsert([Point(id: 2, vectors: ["n1": .sparse(.empty)])], into: "c")
    }
    let few = Self.plain
    try await store.updateConfiguration(of: "c") { $0 = few }
    try await store.upsert([Point(id: 2, vectors: ["s": .sparse(.empty)])], into: "c")
    store = try await checkedThroughDisk(store, try StoreContents(store))
    try await store.close()
  }
}

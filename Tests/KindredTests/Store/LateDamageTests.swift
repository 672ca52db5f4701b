import Kindred
import SparseIndex
import StorageIO
import Synchronization
import TestSupport
import Testing

/// Damage that opening does not see, because it looks at what is small only: it is met by whoever comes
/// first upon it.
@Suite struct LateDamageTests {
  /// Two segment files with everything in them, nothing in the log; the second is damaged.
  private struct Subject {
    let temporary: TemporaryDirectory
    let disk = PosixFileSystem()
    let damaged: String
    let sections: [SegmentOutline.Section]
    /// With both segments, and without the damaged one.
    let whole: [PointID: Point]
    let rest: [PointID: Point]
    var path: String { temporary.file("data") }

    static let configuration = CollectionConfiguration(
      sparseVectors: ["ratings": .init(), "text": .init()],
      denseVectors: ["dense": .init(size: 3, distance: .dot)],
      payloadIndexes: ["age": .init(kind: .integer), "tags": .init(kind: .keyword)])

    init() async throws {
      let temporary = TemporaryDirectory()
      self.temporary = temporary
      let path = temporary.file("data")
      let store = try Store.open(path, options: StoreOptions(backgroundWork: false))
      try await store.createCollection("c", Self.configuration)
      var generator = PointGenerator(random: SeededGenerator(seed: 5), idCount: 400)
      var model = StoreModel()
      var ids: Set<PointID> = []
      for _ in 0..<2 {
        let points = (0..<120).map { _ in generator.point() }.filter { !ids.contains($0.id) }
        let operations = points.map { PointOperation.upsert($0) }
        try await store.write(operations, to: "c")
        try await store.flush()
        if ids.isEmpty { model.apply(operations) }
        ids.formUnion(points.map(\.id))
      }
      whole = StoreModel(try store.collection("c")).points
      rest = model.points
      try await store.close()
      let names = try disk.list(path + "/segments")
      #expect(names.count == 2)
      damaged = path + "/segments/" + names[1]
      sections = try SegmentOutline(disk.map(damaged), path: damaged).sections
    }

    /// The same with another file to damage.
    init(_ other: Subject, damaged: String) throws {
      temporary = other.temporary
      self.damaged = damaged
      sections = try SegmentOutline(disk.map(damaged), path: damaged).sections
      whole = other.whole
      rest = other.whole
    }

    func flipBit(in section: SegmentOutline.Section) throws {
      var bytes = try disk.readAll(damaged).array
      bytes[section.position + section.byteCount / 2] ^= 4
      try disk.remove(damaged)
      let file = try disk.open(damaged, .create)
      defer { file.close() }
      try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    }

    func open(inBackground: Bool = false) throws -> Store {
      try Store.open(path, options: StoreOptions(backgroundWork: inBackground))
    }

    /// Whether it is refused because of the damaged file.
    func isRefusal(_ error: StoreError?) -> Bool {
      guard case .storage(.corrupt(let path, _, _))? = error else { return false }
      return path == damaged
    }
  }

  enum Use: CaseIterable {
    case retrieval, whole, search, dense, filter, facet, scroll, patch, payload, compaction
    case archive, training

    /// The kinds of sections, and the fields of vectors, that it cannot do without.
    func needs(_ section: SegmentOutline.Section) -> Bool {
      switch (section.kind, section.vector) {
      case ("names", _), ("ids", _): true
      case ("payload", _):
        [.retrieval, .whole, .filter, .facet, .scroll, .patch, .payload, .compaction, .archive]
          .contains(self)
      case ("payloadIndexes", _):
        [.filter, .facet, .payload, .compaction, .archive].contains(self)
      case (_, "ratings"?):
        [.whole, .search, .patch, .payload, .compaction, .archive, .training].contains(self)
      case (_, "dense"?): [.whole, .dense, .patch, .payload, .compaction, .archive].contains(self)
      default: [.whole, .patch, .payload, .compaction, .archive].contains(self)
      }
    }

    /// - Parameter id: of a point in the damaged segment.
    func run(on store: Store, _ id: PointID) async throws(StoreError) {
      let age = Filter(must: [.field(key: JSONPath(first: "age"), .range(NumberRange(lt: 40)))])
      switch self {
      case .retrieval: _ = try store.collection("c").retrieve([id])
      case .whole: _ = try store.collection("c").retrieve([id], vectors: .all)
      case .search:
        let query = SparseVector(ascending: [1, 2, 3], weights: [1, -1, 2])
        _ = try store.collection("c").search(
          .init(vector: .sparse(query), using: "ratings", limit: 5, payload: .none))
      case .dense:
        _ = try store.collection("c").search(
          .init(vector: .dense([1, 2, 3]), using: "dense", limit: 5, payload: .none))
      case .filter: _ = try store.collection("c").count(age)
      case .facet:
        _ = try store.collection("c").facet(FacetRequest(key: JSONPath(first: "tags")))
      case .scroll: _ = try store.collection("c").scroll(limit: 1000)
      case .patch:
        try await store.write(
          [.patch(.init(id: id, vectorName: "text", entries: .empty, removed: []))], to: "c")
      case .payload:
        try await store.write([id], to: "c") { _, found throws(StoreError) in
          try found.read().map { found -> PointOperation in
            var point = found
            point.payload["new"] = 1
            return .upsert(point)
          }
        }
      case .compaction: try await store.compact()
      case .archive: _ = try await store.createArchive(.storage)
      case .training:
        try store.trainItemModel("m", of: "c", ItemModelParameters(using: "ratings"))
      }
    }
  }

  @Test(arguments: Use.allCases)
  func `what needs a damaged section is refused, and the rest goes on`(
    _ use: Use
  ) async throws {
    let pristine = try await Subject()
    for index in pristine.sections.indices where pristine.sections[index].kind != "names" {
      let subject = try await Subject()
      let section = subject.sections[index]
      try subject.flipBit(in: section)
      let store = try subject.open()
      #expect(store.statistics.recovery.quarantined == [])
      #expect(store.statistics.collections[0].unverifiedByteCount > 0)
      let id = try #require(subject.whole.keys.first { subject.rest[$0] == nil })
      let what: Comment = "\(section.kind) \(section.vector ?? ""), \(use)"
      var refusal: StoreError?
      do throws(StoreError) { try await use.run(on: store, id) } catch { refusal = error }
      #expect(subject.isRefusal(refusal) == use.needs(section), what)
      try await store.verify()
      #expect(store.statistics.recovery.quarantined.count == 1, what)
      #expect(store.condition.quarantined.first?.contains(subject.damaged) == true, what)
      #expect(try subject.disk.exists(subject.path + "/quarantine"), what)
      #expect(try !subject.disk.exists(subject.damaged), what)
      if use.needs(section) {
        #expect(StoreModel(try store.collection("c")).points == subject.rest, what)
        await #expect(throws: StoreError.self, what) {
          try await store.backUp(to: subject.temporary.file("backup"))
        }
      }
      // What is left can be written, merged and opened again.
      try await store.upsert([Point(id: 1000)], into: "c")
      try await store.compact()
      try await store.close()
      let again = try subject.open()
      #expect(again.statistics.recovery.quarantined.count == 1, what)
      let found = StoreModel(try again.collection("c")).points
      #expect(found.filter { subject.rest[$0.key] != nil } == subject.rest, what)
      again.abandon()
    }
  }

  @Test(arguments: [Use.compaction, .archive])
  func `what is damaged after it was compared is met before something is made of it`(
    _ use: Use
  ) async throws {
    let pristine = try await Subject()
    for index in pristine.sections.indices {
      let subject = try await Subject()
      let store = try subject.open()
      try await store.verify()
      let section = subject.sections[index]
      try subject.flipBit(in: section)
      let id = try #require(subject.whole.keys.first { subject.rest[$0] == nil })
      var refusal: StoreError?
      do throws(StoreError) { try await use.run(on: store, id) } catch { refusal = error }
      let what: Comment = "\(section.kind) \(section.vector ?? ""), \(use)"
      #expect(subject.isRefusal(refusal), what)
      try await store.verify()
      #expect(store.condition.quarantined.count == 1, what)
      #expect(StoreModel(try store.collection("c")).points == subject.rest, what)
      try await use.run(on: store, id)
      #expect(StoreModel(try store.collection("c")).points == subject.rest, what)
      try await store.close()
    }
  }

  @Test func `a file that was damaged after it was written is not merged`() async throws {
    let subject = try await Subject()
    let store = try subject.open()
    try await store.upsert([Point(id: 1000)], into: "c")
    try await store.flush()
    let names = try subject.disk.list(subject.path + "/segments")
    #expect(names.count == 3)
    let name = try #require(names.max())
    let written = try Subject(subject, damaged: subject.path + "/segments/" + name)
    try written.flipBit(in: written.sections.first { $0.kind == "ids" }!)
    let error = await #expect(throws: StoreError.self) { try await store.compact() }
    #expect(written.isRefusal(error))
    try await store.verify()
    try await store.compact()
    #expect(StoreModel(try store.collection("c")).points == subject.whole)
    #expect(store.statistics.readOnlyReason == nil)
    store.abandon()
  }

  @Test func `damaged names are found at opening`() async throws {
    let subject = try await Subject()
    try subject.flipBit(in: subject.sections.first { $0.kind == "names" }!)
    let store = try subject.open()
    #expect(store.recovery.quarantined.count == 1)
    #expect(StoreModel(try store.collection("c")).points == subject.rest)
    store.abandon()
  }

  @Test func `while checksums are compared in the background, answers are right or refused`()
    async throws
  {
    let pristine = try await Subject()
    for index in pristine.sections.indices {
      let subject = try await Subject()
      try subject.flipBit(in: subject.sections[index])
      let reasons = Recorder<String>()
      var options = StoreOptions()
      options.segmentSetAside = { reasons.record($0) }
      let store = try Store.open(subject.path, options: options)
      var refusalCount = 0
      while true {
        let isOver = !store.condition.quarantined.isEmpty
        do throws(StoreError) {
          let (records, _) = try store.collection("c").scroll(limit: 1000, vectors: .all)
          let found = Dictionary(
            uniqueKeysWithValues: records.map {
              ($0.id, Point(id: $0.id, vectors: $0.vectors ?? [:], payload: $0.payload ?? [:]))
            })
          // All of it is read but for the indexes: nobody answers with it.
          let kind = subject.sections[index].kind
          let isRight =
            found == subject.rest || (kind == "payloadIndexes" && found == subject.whole)
          #expect(isRight, "\(kind)")
        } catch {
          refusalCount += 1
          #expect(subject.isRefusal(error), "\(error)")
          #expect(!isOver)
        }
        if isOver { break }
      }
      print("\(subject.sections[index].kind): refused \(refusalCount) times")
      try await store.close()
      #expect(reasons.values.count + store.recovery.quarantined.count == 1)
    }
  }

  @Test func `what a replay needs is compared before, and damage that it meets is left out`()
    async throws
  {
    for kind in ["ids", "payload", "postings", "sparseVectors"] {
      let subject = try await Subject()
      let store = try subject.open()
      let id = try #require(
        subject.whole.keys.sorted().first {
          subject.rest[$0] == nil && subject.whole[$0]?.vectors["text"] != nil
        })
      let entries = SparseVector(ascending: [49], weights: [0.5])
      try await store.write(
        [.patch(.init(id: id, vectorName: "text", entries: entries, removed: []))], to: "c")
      store.abandon()
      let section = try #require(
        subject.sections.first { $0.kind == kind && ($0.vector == nil || $0.vector == "text") })
      try subject.flipBit(in: section)
      let again = try subject.open()
      #expect(again.recovery.quarantined.count == 1, "\(kind)")
      // The patch alone, as if the segment had never been there.
      var expected = subject.rest
      expected[id] = Point(id: id, vectors: ["text": .sparse(entries)])
      #expect(StoreModel(try again.collection("c")).points == expected, "\(kind)")
      try await again.close()
    }
  }

  @Test func `a read whose time is up leaves the comparison to the next`() async throws {
    let subject = try await Subject()
    let store = try subject.open()
    defer { store.abandon() }
    let over = ReadContext(isAbandoned: { true })
    #expect(throws: StoreError.timedOut) { try store.collection("c", for: over).retrieve([1]) }
    #expect(StoreModel(try store.collection("c")).points == subject.whole)
    try await store.verify()
    #expect(store.statistics.collections[0].unverifiedByteCount == 0)
    #expect(store.statistics.collections[0].vectorCounts.count == 3)
  }

  @Test func `what cannot be set aside yet is refused until it can`() async throws {
    let subject = try await Subject()
    try subject.flipBit(in: subject.sections.first { $0.kind == "payload" }!)
    // Something is in the way.
    let aside = subject.path + "/quarantine"
    try subject.disk.createDirectory(aside)
    let name = String(subject.damaged.split(separator: "/").last!)
    try subject.disk.createDirectory(aside + "/" + name)
    let store = try subject.open()
    for _ in 0..<2 {
      let error = #expect(throws: StoreError.self) { try store.collection("c").scroll(limit: 1000) }
      #expect(subject.isRefusal(error))
      try await store.verify()
    }
    #expect(store.statistics.readOnlyReason?.contains("could not be set aside") == true)
    #expect(try subject.disk.exists(subject.damaged))
    store.abandon()
    try subject.disk.removeDirectory(aside + "/" + name)
    let again = try subject.open()
    try await again.verify()
    #expect(StoreModel(try again.collection("c")).points == subject.rest)
    again.abandon()
  }
}

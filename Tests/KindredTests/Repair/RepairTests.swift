import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Repairs keep what they promise.
@Suite struct RepairTests {
  /// Repairs into a new directory, which must be clean.
  /// - Returns: the report, and what the new directory holds.
  private func repair(
    _ directory: DamagedDirectory
  ) async throws -> (report: RepairReport, model: StoreModel) {
    let before = try directory.contents()
    let output = directory.temporary.file("repaired")
    let plan = try Store.repair(directory.path)
    #expect(try !directory.disk.exists(output))
    let report = try Store.repair(directory.path, to: output)
    #expect(report == plan)
    #expect(try directory.contents() == before)
    #expect(try Store.check(output).findings == [])
    return (report, try await DamagedDirectory.model(output))
  }

  @Test func `of a sound directory everything is kept`() async throws {
    let directory = try await DamagedDirectory()
    let (report, model) = try await repair(directory)
    #expect(report.lost == [])
    #expect(report.keptBatchCount == 5)
    #expect(model == directory.model)
  }

  @Test func `a torn tail costs nothing acknowledged`() async throws {
    let directory = try await DamagedDirectory()
    let log = try directory.log
    try directory.overwrite(log, with: try directory.bytes(log) + [7, 7, 7])
    let (report, model) = try await repair(directory)
    #expect(report.lost == [])
    #expect(model == directory.model)
  }

  @Test func `a segment whose ids are damaged costs its points and no others`() async throws {
    let directory = try await DamagedDirectory()
    let segment = try directory.segments[0]
    let outline = try SegmentOutline(SharedBytes(try directory.bytes(segment)), path: segment)
    let ids = outline.sections.first { $0.kind == "ids" }!
    try directory.flipBit(segment, at: ids.position + 9)
    let (report, model) = try await repair(directory)
    #expect(report.collections[0].lostPointCount > 0)
    #expect(report.salvagedSegmentCount == 0)
    let missing = directory.model.points.count - model.points.count
    // Points that the log deleted or replaced are not live any more, but their segment was flushed
    // before.
    #expect(missing > 0 && missing <= report.collections[0].lostPointCount)
    for (id, point) in model.points {
      let whole = try #require(directory.model.points[id])
      // Patches in the log still say what they set of a point that was lost.
      #expect(whole == point || isPartOf(whole, point))
    }
  }

  private func isPartOf(_ whole: Point, _ part: Point) -> Bool {
    part.payload.isEmpty
      && part.vectors.allSatisfy { name, vector in
        guard case .sparse(let vector) = vector, case .sparse(let all)? = whole.vectors[name] else {
          return false
        }
        return zip(vector.dimensions, vector.weights).allSatisfy { dimension, weight in
          all.dimensions.firstIndex(of: dimension).map { all.weights[$0] == weight } ?? false
        }
      }
  }

  @Test func `a damaged section costs what is in it alone, or nothing`() async throws {
    let whole = try await DamagedDirectory()
    let bytes = SharedBytes(try whole.bytes(try whole.segments[0]))
    let sections = try SegmentOutline(bytes, path: "").sections
    #expect(sections.count == 9)
    for section in sections where section.kind != "ids" {
      let directory = try await DamagedDirectory()
      // Postings begin with lists; the tables behind them cannot be made again.
      let place = section.kind == "postings" ? 1 : section.byteCount / 2
      try directory.flipBit(try directory.segments[0], at: section.position + place)
      let (report, model) = try await repair(directory)
      let what = "\(section.kind) \(section.vector ?? "")"
      #expect(report.salvagedSegmentCount == 1 && report.collections[0].lostPointCount == 0)
      #expect(model.points.keys == directory.model.points.keys, "\(what)")
      var expected = directory.model.points
      var damagedFields: Set<String> = []
      for (id, point) in model.points {
        switch section.kind {
        case "payload":
          // A flipped bit damages one field, and says so by the checksum of all only.
          let fields = Set((point.payload.members + expected[id]!.payload.members).map(\.name))
          damagedFields.formUnion(
            fields.filter { point.payload[$0] != expected[id]!.payload[$0] })
          expected[id]!.payload = point.payload
        case "sparseVectors", "denseVectors":
          let name = section.vector!
          if point.vectors.keys.allSatisfy({ "\($0)" != name }) {
            expected[id]!.vectors = expected[id]!.vectors.filter { "\($0.key)" != name }
          }
        default: break
        }
      }
      #expect(model.points == expected, "\(what)")
      #expect(damagedFields.count <= 1, "\(what)")
      let isLost = ["payload", "sparseVectors", "denseVectors"].contains(section.kind)
      #expect(report.collections[0].losses.isEmpty == !isLost, "\(what)")
    }
  }

  @Test func `exact weights can be had back from the posting lists`() async throws {
    let directory = try await DamagedDirectory()
    let path = directory.temporary.file("exact")
    let store = try Store.open(path, options: DamagedDirectory.manual)
    try await store.createCollection("c", DamagedDirectory.configuration)
    let points = (0..<300 as Range<UInt64>).map { id in
      Point(
        id: .integer(id),
        vectors: [
          "ratings": .sparse(
            SparseVector(
              ascending: [UInt32(id % 7), 10, UInt32(20 + id % 3)],
              weights: [Float(id % 5) + 1, -1, 0.5]))
        ])
    }
    try await store.upsert(points, into: "c")
    try await store.flush()
    store.abandon()
    let segment = path + "/segments/" + (try directory.disk.list(path + "/segments")[0])
    let outline = try SegmentOutline(SharedBytes(try directory.bytes(segment)), path: segment)
    let section = outline.sections.first { $0.kind == "sparseVectors" && $0.vector == "ratings" }!
    try directory.flipBit(segment, at: section.position + 20)
    let output = directory.temporary.file("output")
    let report = try Store.repair(path, to: output)
    #expect(report.collections[0].salvagedPointCount == 300)
    #expect(
      try await DamagedDirectory.model(output).points.values.sorted { $0.id < $1.id } == points)
  }

  @Test func `damage in the middle of the log costs one batch`() async throws {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.log, at: LogFormat.fileHeaderByteCount + 40)
    #expect(throws: StoreError.self) { try directory.open() }
    let (report, model) = try await repair(directory)
    #expect(report.keptBatchCount == 4)
    #expect(report.lost.contains { $0.message.contains("sequence numbers 22 to 22 are lost") })
    #expect(!model.points.isEmpty)
  }

  @Test func `a damaged header of the log costs nothing as long as its seed is whole`() async throws
  {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.log, at: 3)
    let (report, model) = try await repair(directory)
    #expect(report.keptBatchCount == 5)
    #expect(model == directory.model)
  }

  @Test func `a log that is gone costs its batches`() async throws {
    let directory = try await DamagedDirectory()
    try directory.disk.remove(try directory.log)
    let (report, _) = try await repair(directory)
    #expect(report.keptBatchCount == 0)
    #expect(report.keptSegmentCount == 2)
    #expect(!report.lost.isEmpty)
  }

  @Test func `before the first flush the log is enough`() async throws {
    let directory = try await DamagedDirectory()
    let other = directory.temporary.file("young")
    let store = try Store.open(other, options: DamagedDirectory.manual)
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 5)], into: "c")
    store.abandon()
    try directory.disk.remove(other + "/MANIFEST")
    let output = directory.temporary.file("output")
    _ = try Store.repair(other, to: output)
    #expect(try await DamagedDirectory.model(output).points.keys.map(\.self) == [5])
  }

  @Test func `without a manifest the one before, the segments and the log tell nearly all`()
    async throws
  {
    for isDamaged in [false, true] {
      let directory = try await DamagedDirectory()
      let manifest = directory.path + "/MANIFEST"
      if isDamaged {
        try directory.flipBit(manifest, at: 40)
      } else {
        try directory.disk.remove(manifest)
      }
      let error = #expect(throws: StoreError.self) { try directory.open() }
      #expect("\(error!)".contains("repair the directory"))
      let (report, model) = try await repair(directory)
      #expect(report.keptBatchCount == 5 && report.keptSegmentCount == 2)
      #expect(report.lost.first?.path == manifest)
      #expect(report.lost.contains { $0.message.contains("may be back") })
      #expect(report.collections.map(\.name) == ["c"])
      // Points that were deleted before the log begins are back.
      for (id, point) in directory.model.points { #expect(model.points[id] == point) }
      let output = try Store.open(
        directory.temporary.file("repaired"), options: DamagedDirectory.manual)
      #expect(try output.collection("c").configuration == DamagedDirectory.configuration)
      output.abandon()
    }
  }

  @Test func `without any manifest a collection gets a name, and keeps its points`() async throws {
    let directory = try await DamagedDirectory()
    for name in ["/MANIFEST", "/MANIFEST.previous"] {
      try directory.disk.remove(directory.path + name)
    }
    let output = directory.temporary.file("output")
    let report = try Store.repair(directory.path, to: output)
    #expect(report.collections.map(\.name) == ["recovered-1"])
    #expect(report.lost.contains { $0.message.contains("its name is lost") })
    #expect(try Store.check(output).findings == [])
    let store = try Store.open(output, options: DamagedDirectory.manual)
    defer { store.abandon() }
    let view = try store.collection("recovered-1")
    let found = StoreModel(view).points
    for (id, point) in directory.model.points { #expect(found[id] == point) }
    #expect(view.configuration == DamagedDirectory.configuration)
  }

  @Test func `where neither manifest nor log can be read there is nothing to start from`()
    async throws
  {
    let directory = try await DamagedDirectory()
    for name in ["/MANIFEST", "/MANIFEST.previous"] {
      try directory.disk.remove(directory.path + name)
    }
    try directory.disk.remove(try directory.log)
    let error = #expect(throws: StoreError.self) { try Store.repair(directory.path) }
    #expect("\(error!)".contains("restore a backup"))
  }

  @Test func `the manifest before stays, whatever is cut short`() async throws {
    let disk = SimulatedFileSystem()
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    try await store.createCollection("c", CollectionConfiguration())
    try await store.upsert([Point(id: 1)], into: "c")
    try await store.flush()
    let before = disk.files["/data/MANIFEST"]!
    let images = Recorder<SimulatedFileSystem>()
    disk.observeMutations { [weak disk] call in
      guard call.path.contains("MANIFEST") || call.path == "/data" else { return }
      for mode in CrashMode.allCases {
        if let disk { images.record(disk.crashImage(mode, seed: UInt64(call.mutationIndex))) }
      }
    }
    try await store.upsert([Point(id: 2)], into: "c")
    try await store.flush()
    disk.observeMutations(nil)
    #expect(disk.files["/data/MANIFEST.previous"] == before)
    store.abandon()
    for image in images.values {
      let store = try Store.open(
        "/data", options: StoreOptions(backgroundWork: false, fileSystem: image))
      #expect(StoreModel(try store.collection("c")).points[1] != nil)
      store.abandon()
    }
  }

  @Test func `an existing directory is not written to`() async throws {
    let directory = try await DamagedDirectory()
    try directory.disk.createDirectory(directory.temporary.file("there"))
    #expect(throws: StoreError.self) {
      try Store.repair(directory.path, to: directory.temporary.file("there"))
    }
    #expect(try directory.disk.list(directory.temporary.file("there")).isEmpty)
  }
}

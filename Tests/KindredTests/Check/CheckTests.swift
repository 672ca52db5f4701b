import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct CheckTests {
  @Test(arguments: [CheckReport.Depth.quick, .full])
  func `a sound directory is clean, and reading it changes nothing`(
    _ depth: CheckReport.Depth
  ) async throws {
    let directory = try await DamagedDirectory()
    let before = try directory.contents()
    let report = try directory.check(depth)
    #expect(report.findings == [])
    #expect(report.severity == nil)
    #expect(report.collectionCount == 1)
    #expect(report.segmentCount == 2)
    #expect(report.batchCount == 5)
    #expect(try directory.contents() == before)
  }

  @Test func `a running store is checked as of now`() async throws {
    let directory = try await DamagedDirectory()
    let store = try directory.open()
    defer { store.abandon() }
    #expect(throws: StoreError.self) { try directory.check() }
    try await store.upsert([Point(id: 1000)], into: "c")
    let report = try await store.check(.full)
    #expect(report.findings == [])
    #expect(report.batchCount == 6)
  }

  @Test func `merged segments agree with themselves`() async throws {
    for seed in 2..<12 {
      let directory = try await DamagedDirectory(seed: UInt64(seed))
      let store = try directory.open()
      try await store.compact()
      try await store.close()
      #expect(try directory.check().findings == [], "seed \(seed)")
    }
  }

  @Test func `many different weights are checked as intervals`() async throws {
    let directory = try await DamagedDirectory()
    let store = try directory.open()
    for round in 0..<2 {
      let points = (0..<200).map { id in
        let weights = (0..<20).map { Float(id * 20 + $0) * 0.37 - 400 * Float(round) }
        return Point(
          id: .integer(UInt64(id * 2 + round)),
          vectors: ["ratings": .sparse(SparseVector(ascending: Array(0..<20), weights: weights))])
      }
      try await store.upsert(points, into: "c")
      try await store.flush()
      #expect(try await store.check(.full).findings == [])
    }
    try await store.compact()
    #expect(try await store.check(.full).findings == [])
    store.abandon()
  }

  @Test func `a name that was removed and added again with another size is no damage`()
    async throws
  {
    let directory = try await DamagedDirectory()
    let store = try directory.open()
    defer { store.abandon() }
    try await store.flush()
    #expect(try store.collection("c").count(Filter(must: [.hasVector("dense")])) > 0)
    try await store.removeVector("dense", of: "c")
    try await store.updateConfiguration(of: "c") { configuration throws(StoreError) in
      configuration.denseVectors["dense"] = .init(size: 5, distance: .dot)
    }
    try await store.upsert(
      [Point(id: 1000, vectors: ["dense": .dense([1, 2, 3, 4, 5])])], into: "c")
    #expect(try await store.check(.full).findings == [])
    try await store.compact()
    #expect(try await store.check(.full).findings == [])
  }

  @Test func `a torn tail, orphans and leftovers are repairable`() async throws {
    let directory = try await DamagedDirectory()
    let log = try directory.log
    try directory.overwrite(log, with: try directory.bytes(log).dropLast(3) + [0, 0, 0])
    for name in ["/MANIFEST.tmp", "/segments/00000000000000ff.segment", "/wal/x.tmp"] {
      try directory.overwrite(directory.path + name, with: [1])
    }
    let report = try directory.check()
    #expect(report.severity == .repairable)
    #expect(report.findings.count == 4)
    #expect(report.findings.allSatisfy { $0.severity == .repairable })
    try directory.open().abandon()
    #expect(try directory.check().findings == [])
  }

  @Test func `a first start that was interrupted is repairable`() throws {
    let temporary = TemporaryDirectory()
    let disk = PosixFileSystem()
    try disk.createDirectory(temporary.file("wal"))
    #expect(try Store.check(temporary.path).severity == .repairable)
  }

  @Test func `a directory without a store is not called clean`() throws {
    let temporary = TemporaryDirectory()
    #expect(throws: StoreError.self) { try Store.check(temporary.path) }
    #expect(throws: StoreError.self) { try Store.check(temporary.file("nothing")) }
  }

  @Test(arguments: [-1, -45, 70, 700])
  func `a damaged segment is lost data`(_ offset: Int) async throws {
    let directory = try await DamagedDirectory()
    let segment = try directory.segments[0]
    try directory.flipBit(segment, at: offset)
    let report = try directory.check()
    #expect(report.severity == .dataLost)
    #expect(report.findings.map(\.path) == [segment])
  }

  @Test func `a quick look finds what is short or missing`() async throws {
    let directory = try await DamagedDirectory()
    let segments = try directory.segments
    try directory.overwrite(segments[0], with: try directory.bytes(segments[0]).dropLast())
    try directory.disk.remove(segments[1])
    let report = try directory.check(.quick)
    #expect(report.severity == .dataLost)
    #expect(report.findings.map(\.path) == segments)
    #expect(report.findings.last?.message == "missing")
  }

  @Test func `damage in the middle of the log is lost data`() async throws {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.log, at: LogFormat.fileHeaderByteCount + 40)
    let report = try directory.check(.quick)
    #expect(report.severity == .dataLost)
    #expect(report.findings.first?.offset == LogFormat.fileHeaderByteCount)
  }

  @Test func `a damaged or missing manifest or log is lost data`() async throws {
    for damage in 0..<4 {
      let directory = try await DamagedDirectory()
      let manifest = directory.path + "/MANIFEST"
      switch damage {
      case 0: try directory.flipBit(manifest, at: 30)
      case 1: try directory.disk.remove(manifest)
      case 2: try directory.disk.remove(try directory.log)
      default: try directory.flipBit(try directory.log, at: 10)
      }
      #expect(try directory.check().severity == .dataLost, "damage \(damage)")
    }
  }

  @Test func `a segment that was set aside stays lost data`() async throws {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.segments[0], at: 70)
    let store = try directory.open()
    try await store.verify()
    store.abandon()
    let report = try directory.check()
    #expect(report.severity == .dataLost)
    #expect(report.findings.count == 1)
    #expect(report.findings.first?.message.contains("set aside") == true)
  }

  @Test func `every flipped bit of a manifest is found`() async throws {
    let directory = try await DamagedDirectory()
    let manifest = directory.path + "/MANIFEST"
    let original = try directory.bytes(manifest)
    for bit in 0..<original.count * 8 {
      var damaged = original
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try directory.overwrite(manifest, with: damaged)
      do {
        #expect(try directory.check(.quick).severity == .dataLost, "bit \(bit)")
      } catch StoreError.storage(.newerFormat) {
        #expect((8..<12).contains(bit / 8))
      }
    }
  }
}

import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// What a repair promises, it keeps.
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

  @Test func `a damaged segment costs its points and no others`() async throws {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.segments[0], at: 700)
    let (report, model) = try await repair(directory)
    #expect(report.collections[0].lostPointCount > 0)
    let missing = directory.model.points.count - model.points.count
    // Points that the log deleted or replaced are not live any more, but their segment was flushed
    // before.
    #expect(missing > 0 && missing <= report.collections[0].lostPointCount)
    for (id, point) in model.points { #expect(directory.model.points[id] == point) }
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

  @Test func `without a manifest there is nothing to start from`() async throws {
    let directory = try await DamagedDirectory()
    try directory.disk.remove(directory.path + "/MANIFEST")
    let error = #expect(throws: StoreError.self) { try Store.repair(directory.path) }
    #expect("\(error!)".contains("restore a backup"))
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

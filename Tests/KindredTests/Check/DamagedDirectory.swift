import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// A small data directory with segments, deletions and a log, to be damaged.
struct DamagedDirectory {
  let temporary = TemporaryDirectory()
  let disk = PosixFileSystem()
  var path: String { temporary.file("data") }
  var log: String {
    get throws { try only("wal", ".wal") }
  }

  static let manual = StoreOptions(backgroundWork: false)
  static let configuration = CollectionConfiguration(
    sparseVectors: ["ratings": .init(), "text": .init()],
    denseVectors: ["dense": .init(size: 3, distance: .dot)],
    payloadIndexes: ["age": .init(kind: .integer), "tags": .init(kind: .keyword)])

  /// The contents that the store must have.
  private(set) var model = StoreModel()

  /// Two segments, and five batches in the log.
  init(seed: UInt64 = 1) async throws {
    let store = try Store.open(path, options: Self.manual)
    try await store.createCollection("c", Self.configuration)
    var generator = PointGenerator(random: SeededGenerator(seed: seed))
    for round in 0..<25 {
      let operations = generator.batch()
      try await store.write(operations, to: "c")
      model.apply(operations)
      if round == 9 || round == 19 { try await store.flush() }
    }
    store.abandon()
  }

  func open() throws -> Store { try Store.open(path, options: Self.manual) }

  func check(_ depth: CheckReport.Depth = .full) throws -> CheckReport {
    try Store.check(path, depth)
  }

  /// Paths of the segment files, in order of their numbers.
  var segments: [String] {
    get throws { try disk.list(path + "/segments").map { path + "/segments/" + $0 } }
  }

  private func only(_ folder: String, _ suffix: String) throws -> String {
    path + "/" + folder + "/"
      + (try disk.list(path + "/" + folder).first { $0.hasSuffix(suffix) } ?? "")
  }

  func bytes(_ path: String) throws -> [UInt8] { try disk.readAll(path).array }

  func overwrite(_ path: String, with bytes: [UInt8]) throws {
    try disk.removeIfPresent(path)
    let file = try disk.open(path, .create)
    defer { file.close() }
    try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
  }

  func flipBit(_ path: String, at offset: Int) throws {
    var bytes = try bytes(path)
    bytes[offset < 0 ? bytes.count + offset : offset] ^= 4
    try overwrite(path, with: bytes)
  }

  /// Every file and what is in it, to see that nothing has changed.
  func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for folder in ["", "/wal", "/segments"] {
      for name in try disk.list(path + folder) where name != "LOCK" {
        contents[folder + "/" + name] = try? bytes(path + folder + "/" + name)
      }
    }
    return contents
  }

  static func model(_ directory: String) async throws -> StoreModel {
    let store = try Store.open(directory, options: manual)
    defer { store.abandon() }
    return StoreModel(try store.collection("c"))
  }
}

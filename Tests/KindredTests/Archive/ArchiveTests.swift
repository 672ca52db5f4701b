import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Archives of a store on the real disk.
@Suite struct SnapshotTests {
  private let directory = TemporaryDirectory()
  private let disk = PosixFileSystem()
  private var folder: String { directory.path + "/snapshots" }

  private func open() throws -> Store {
    try Store.open(directory.path, options: StoreOptions(backgroundWork: false))
  }

  /// A store with a collection `c` of three segment files, deleted points, and runs in memory.
  private func filled(_ generator: inout PointGenerator) async throws -> Store {
    let store = try open()
    var configuration = PointGenerator.configuration
    configuration.payloadIndexes["age"] = PayloadIndexParameters(kind: .integer)
    configuration.annotations["hnsw_config"] = ["m": 7]
    try await store.createCollection("c", configuration)
    for round in 0..<5 {
      try await store.write(generator.batch(), to: "c")
      if round < 3 { try await store.flush() }
    }
    return store
  }

  private func points(_ store: Store, _ name: String = "c") throws -> StoreModel {
    StoreModel(try store.collection(name))
  }

  @Test func `a collection is as it was when its archive was made`() async throws {
    var generator = PointGenerator(random: SeededGenerator(seed: 1))
    var store = try await filled(&generator)
    try await store.updateAliases([.create(alias: "a", collection: "c")])
    let before = try points(store)
    let made = try await store.createArchive(.collection("a"))
    #expect(try store.archives(.collection("c")) == [made])
    #expect(try store.archives(.storage) == [])
    let bytes = try disk.readAll(folder + "/" + made.name)
    #expect(bytes.count == made.byteCount)
    #expect(SHA256.hexadecimal(bytes) == made.checksum)

    try await store.updateConfiguration(of: "c") { configuration throws(StoreError) in
      configuration.payloadIndexes["age"] = nil
      configuration.annotations["hnsw_config"] = ["m": 8]
    }
    for _ in 0..<3 { try await store.write(generator.batch(), to: "c") }
    #expect(try points(store) != before)
    try await store.importArchive("a", from: .named(made.name), checksum: made.checksum)
    for _ in 0..<2 {
      #expect(try points(store) == before)
      let configuration = try store.collection("c").configuration
      #expect(configuration.payloadIndexes["age"]?.kind == .integer)
      #expect(configuration.annotations["hnsw_config"] == ["m": 8], "its own parameters stay")
      #expect(store.aliases == ["a": "c"])
      #expect(store.collectionNames == ["c"])
      #expect(store.statistics.collections.count == 1)
      #expect(try store.archives(.collection("a")) == [made])
      store.abandon()
      store = try open()
    }
    // It goes on living.
    try await store.write(generator.batch(), to: "c")
    try await store.compact()
    let after = try points(store)
    try await store.close()
    store = try open()
    #expect(try points(store) == after)
    #expect(try disk.list(directory.path + "/segments").count == 1)
    try await store.close()
  }

  @Test func `a collection that does not exist is made as the archive says`() async throws {
    var generator = PointGenerator(random: SeededGenerator(seed: 2))
    let store = try await filled(&generator)
    let made = try await store.createArchive(.collection("c"))
    let before = try points(store)
    try await store.importArchive("d", from: .path(folder + "/" + made.name))
    #expect(try points(store, "d") == before)
    #expect(
      try store.collection("d").configuration == (try store.collection("c").configuration))
    #expect(try await store.deleteCollection("c"))
    try await store.importArchive("c", from: .named(made.name))
    #expect(try points(store) == before)
    try await store.close()
  }

  @Test func `an archive of the storage holds every collection, empty ones too`() async throws {
    var generator = PointGenerator(random: SeededGenerator(seed: 3))
    let store = try await filled(&generator)
    try await store.createCollection("empty", CollectionConfiguration())
    let made = try await store.createArchive(.storage)
    #expect(try store.archives(.storage) == [made])
    #expect(try store.archives(.collection("c")) == [])
    let before = try points(store)
    try await store.write(generator.batch(), to: "c")
    try await store.upsert([Point(id: 1)], into: "empty")
    for name in ["c", "empty"] { try await store.importArchive(name, from: .named(made.name)) }
    #expect(try points(store) == before)
    #expect(try points(store, "empty") == StoreModel())
    await #expect(throws: StoreError.self) {
      try await store.importArchive("other", from: .named(made.name))
    }
    try await store.close()
  }

  @Test func `an archive that does not fit is refused`() async throws {
    var generator = PointGenerator(random: SeededGenerator(seed: 4))
    let store = try await filled(&generator)
    let made = try await store.createArchive(.collection("c"))
    try await store.createCollection("d", CollectionConfiguration(sparseVectors: ["x": .init()]))
    let before = try points(store)
    for attempt: (String, ArchiveSource, String?) in [
      ("d", .named(made.name), nil),
      ("c", .named(made.name), String(repeating: "0", count: 64)),
      ("bad/name", .named(made.name), nil),
      ("c", .named("other.snapshot"), nil),
      ("c", .named("../MANIFEST"), nil),
      ("c", .named("../segments/0000000000000001.segment"), nil),
      ("c", .path("/etc/passwd"), nil),
      ("c", .path(directory.path + "/MANIFEST"), nil),
      ("c", .path(folder + "/../MANIFEST"), nil),
      ("c", .path(folder + "/x/../" + made.name), nil),
    ] {
      await #expect(throws: StoreError.self, "\(attempt)") {
        try await store.importArchive(attempt.0, from: attempt.1, checksum: attempt.2)
      }
      #expect(try points(store) == before)
      #expect(store.collectionNames == ["c", "d"])
    }
    let zeros = String(repeating: "0", count: 64)
    var refusal = await #expect(throws: StoreError.self) {
      try await store.importArchive("c", from: .named(made.name), checksum: zeros)
    }
    guard case .archiveChecksumMismatch(zeros, _)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    refusal = await #expect(throws: StoreError.self) {
      try await store.importArchive("d", from: .named(made.name))
    }
    guard case .archiveMismatch? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    for name in ["../MANIFEST", "other.snapshot", "", "."] {
      #expect(throws: StoreError.archiveNotFound(name)) {
        try store.deleteArchive(name, of: .collection("c"))
      }
    }
    #expect(throws: StoreError.archiveNotFound(made.name), "it is of another collection") {
      try store.deleteArchive(made.name, of: .collection("d"))
    }
    try store.deleteArchive(made.name, of: .collection("c"))
    #expect(try disk.list(folder) == [])
    try await store.close()
  }

  @Test func `every damaged or truncated archive is refused, or was harmed where it says nothing`()
    async throws
  {
    let store = try open()
    try await store.createCollection("c", PointGenerator.configuration)
    var generator = PointGenerator(random: SeededGenerator(seed: 5), idCount: 6)
    try await store.write(generator.batch(), to: "c")
    let made = try await store.createArchive(.collection("c"))
    let path = folder + "/" + made.name
    let original = try disk.readAll(path).array
    let before = try points(store)
    var refusalCount = 0
    func attempt(_ bytes: [UInt8], _ what: String) async throws {
      try disk.removeIfPresent(path)
      let file = try disk.open(path, .create)
      try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
      file.close()
      do {
        try await store.importArchive("c", from: .named(made.name))
      } catch {
        refusalCount += 1
        guard case .invalid = error else {
          Issue.record("\(what): \(error)")
          return
        }
      }
      #expect(try points(store) == before, "\(what)")
    }
    var random = SeededGenerator(seed: 6)
    for offset in original.indices where offset % 8 == 0 || offset > original.count - 400 {
      var bytes = original
      bytes[offset] ^= 1 << UInt8(Int.random(in: 0..<8, using: &random))
      try await attempt(bytes, "bit of byte \(offset)")
    }
    #expect(refusalCount > 200)
    refusalCount = 0
    let lengths = Array(stride(from: 0, to: original.count, by: 31))
    for length in lengths { try await attempt(Array(original[..<length]), "\(length) bytes") }
    #expect(refusalCount == lengths.count)
    #expect(store.statistics.readOnlyReason == nil)
    try await store.close()
  }

  @Test func `an archive with right checksums and wrong contents is refused, or can be read`()
    async throws
  {
    let store = try open()
    try await store.createCollection("c", PointGenerator.configuration)
    var generator = PointGenerator(random: SeededGenerator(seed: 8), idCount: 6)
    for _ in 0..<4 { try await store.write(generator.batch(), to: "c") }
    let made = try await store.createArchive(.collection("c"))
    let path = folder + "/" + made.name
    let original = try disk.readAll(path).array
    let before = try points(store)
    // The one image, from its magic to that at its end.
    let magics = original.indices.filter { original[$0...].starts(with: Array("KINDSEGM".utf8)) }
    let image = try #require(magics.first)..<(try #require(magics.last)) + 8
    let outline = try SegmentOutline(SharedBytes(Array(original[image])), path: path)
    var random = SeededGenerator(seed: 9)
    var refusalCount = 0
    for section in outline.sections where section.byteCount > 8 {
      for _ in 0..<20 {
        var segment = Array(original[image])
        let start = section.position + Int.random(in: 0...section.byteCount - 8, using: &random)
        let value = [UInt64.max, 1 << 40, random.next()].randomElement(using: &random)!
        withUnsafeBytes(of: value) { segment.replaceSubrange(start..<start + 8, with: $0) }
        Resealing.segment(&segment)
        try disk.remove(path)
        try disk.writeAtomically(
          path: path,
          bytes: original[..<image.lowerBound] + segment + original[image.upperBound...])
        do {
          try await store.importArchive("c", from: .named(made.name))
          _ = try points(store)
          try disk.remove(path)
          try disk.writeAtomically(path: path, bytes: original)
          try await store.importArchive("c", from: .named(made.name))
        } catch {
          refusalCount += 1
          guard case StoreError.invalid = error else {
            Issue.record("\(error)")
            return
          }
        }
        #expect(try points(store) == before)
      }
    }
    #expect(refusalCount > 60)
    try await store.close()
  }

  @Test func `what an interrupted step has left is removed, other files are not`() async throws {
    var generator = PointGenerator(random: SeededGenerator(seed: 7))
    let store = try await filled(&generator)
    let made = try await store.createArchive(.collection("c"))
    let upload = try store.beginUpload()
    _ = upload
    for name in ["x.snapshot.sha256", "notes.txt"] {
      try disk.writeAtomically(path: folder + "/" + name, bytes: [1])
    }
    try await store.close()
    let again = try open()
    #expect(again.statistics.recovery.removedOrphans.count == 2)
    #expect(
      try disk.list(folder) == [made.name, made.name + ".sha256", "notes.txt"].sorted())
    #expect(try again.archives(.collection("c")) == [made])
    try await again.close()
  }
}

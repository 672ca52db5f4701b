import Kindred
import StorageIO
import TestSupport
import Testing

/// Opening a directory that a crash, or a bad disk, has left.
@Suite struct RecoveryTests {
  private let directory = TemporaryDirectory()
  private let disk = PosixFileSystem()
  private let manual = StoreOptions(backgroundWork: false)
  private var log: String { directory.path + "/wal/0000000000000001.wal" }

  private func open() throws -> Store { try Store.open(directory.path, options: manual) }

  private func overwrite(_ path: String, with bytes: [UInt8]) throws {
    try disk.removeIfPresent(path)
    let file = try disk.open(path, .create)
    defer { file.close() }
    try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
  }

  private func flipBit(_ path: String, at offset: Int) throws {
    var bytes = try disk.readAll(path).array
    bytes[offset] ^= 4
    try overwrite(path, with: bytes)
  }

  /// Writes points 0 to 4, one batch each, and stops as a crash would.
  private func makeLog() async throws {
    let store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    for id in 0..<5 { try await store.upsert([Point(id: .integer(UInt64(id)))], into: "c") }
    store.abandon()
  }

  /// Takes away the mark after the last frame, which is not there when the power fails soon enough.
  private func removeMark() throws -> [UInt8] {
    let bytes = Array(try disk.readAll(log).array.dropLast(DurableMark.byteCount))
    try overwrite(log, with: bytes)
    return bytes
  }

  private func count(_ store: Store) throws -> Int {
    StoreModel(try store.collection("c")).points.count
  }

  @Test func `an unfinished write is cut off, kept aside and reported`() async throws {
    try await makeLog()
    let bytes = try removeMark()
    try overwrite(log, with: bytes.dropLast(3) + [0, 0, 0])
    #expect(
      try Store.check(directory.path).findings.first?.message.contains("looks the same") == true)
    var store = try open()
    #expect(store.statistics.recovery.tornByteCount > 0)
    #expect(try count(store) == 4)
    #expect(try disk.exists(directory.path + "/wal/0000000000000001.torn"))
    try await store.upsert([Point(id: 9)], into: "c")
    store.abandon()
    store = try open()
    #expect(store.statistics.recovery.tornByteCount == 0)
    #expect(store.statistics.recovery.replayedBatchCount == 6)
    #expect(try count(store) == 5)
    store.abandon()
  }

  @Test func `damage before the durable end refuses, names the place, and changes nothing`()
    async throws
  {
    try await makeLog()
    try flipBit(log, at: LogFormat.fileHeaderByteCount + 40)
    let before = try disk.readAll(log).array
    for _ in 0..<2 {
      let error = #expect(throws: StoreError.self) { try open() }
      guard case .storage(.corrupt(let path, let offset, let expected))? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path == log)
      #expect(offset == LogFormat.fileHeaderByteCount)
      #expect(expected.contains("repair the directory"))
    }
    #expect(try disk.readAll(log).array == before)
  }

  @Test func `a missing log file or manifest is not taken for an empty store`() async throws {
    try await makeLog()
    let bytes = try disk.readAll(log).array
    try disk.remove(log)
    #expect(throws: StoreError.self) { try open() }
    try overwrite(log, with: bytes)
    let manifest = try disk.readAll(directory.path + "/MANIFEST").array
    try disk.remove(directory.path + "/MANIFEST")
    #expect(throws: StoreError.self) { try open() }
    try overwrite(directory.path + "/MANIFEST", with: manifest)
    let store = try open()
    #expect(try count(store) == 5)
    store.abandon()
  }

  @Test func `a log file whose making was interrupted is removed`() async throws {
    try await makeLog()
    let next = directory.path + "/wal/0000000000000002.wal"
    try overwrite(next, with: Array("KINDWAL".utf8))
    let store = try open()
    #expect(store.statistics.recovery.removedOrphans == ["0000000000000002.wal"])
    #expect(try count(store) == 5)
    try await store.close()
    try await open().close()
  }

  @Test func `leftovers are removed, other people's files are not`() async throws {
    try await makeLog()
    let orphans = ["segments/00000000000000ff.segment", "segments/x.tmp", "MANIFEST.tmp"]
    let others = ["segments/README", "wal/notes.txt", "other"]
    for name in orphans + others { try overwrite(directory.path + "/" + name, with: [1]) }
    let store = try open()
    #expect(store.statistics.recovery.removedOrphans.count == 3)
    for name in orphans { #expect(try !disk.exists(directory.path + "/" + name)) }
    for name in others { #expect(try disk.exists(directory.path + "/" + name)) }
    store.abandon()
  }

  @Test func `a damaged segment is set aside and the rest is served`() async throws {
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    for id in 0..<3 {
      try await store.upsert([Point(id: .integer(UInt64(id)), payload: ["n": 1])], into: "c")
      try await store.flush()
    }
    try await store.close()
    let names = try disk.list(directory.path + "/segments")
    #expect(names.count == 3)
    let damaged = directory.path + "/segments/" + names[1]
    try flipBit(damaged, at: try disk.readAll(damaged).count / 2)
    try disk.remove(directory.path + "/segments/" + names[2])
    for _ in 0..<2 {
      store = try open()
      try await store.verify()
      #expect(try count(store) == 1)
      #expect(store.statistics.recovery.quarantined.count == 2)
      #expect(try disk.exists(directory.path + "/quarantine/" + names[1]))
      try await store.upsert([Point(id: 7)], into: "c")
      try await store.delete([7], from: "c")
      try await store.close()
    }
  }

  @Test func `a damaged byte in a large segment is found before anything is read of it`()
    async throws
  {
    var store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    let text = String(repeating: "x", count: 4 << 20)
    // A segment of some 20 MiB, and a second one that is whole.
    for id in 0..<5 {
      let payload: JSONObject = ["n": .integer(Int64(id)), "text": .string("\(id)" + text)]
      try await store.upsert([Point(id: .integer(UInt64(id)), payload: payload)], into: "c")
    }
    try await store.flush()
    try await store.upsert([Point(id: 100)], into: "c")
    try await store.close()
    let damaged = directory.path + "/segments/" + (try disk.list(directory.path + "/segments")[0])
    #expect(try disk.readAll(damaged).count > 16 << 20)
    try flipBit(damaged, at: 12 << 20)
    store = try open()
    let error = #expect(throws: StoreError.self) { try store.collection("c").retrieve([0]) }
    guard case .storage(.corrupt(let path, _, _))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == damaged)
    try await store.verify()
    #expect(store.statistics.recovery.quarantined.count == 1)
    #expect(try count(store) == 1)
    try await store.close()
  }

  @Test func `a newer manifest or log file is refused and left alone`() async throws {
    try await makeLog()
    for (path, end, supported) in [(log, 44, UInt32(2)), (directory.path + "/MANIFEST", -4, 1)] {
      let original = try disk.readAll(path).array
      var newer = original
      newer[8] = 9
      let checked = end > 0 ? end : newer.count + end
      withUnsafeBytes(of: CRC32C.checksum(Array(newer[..<checked]))) {
        newer.replaceSubrange(checked..<checked + 4, with: $0)
      }
      try overwrite(path, with: newer)
      #expect(throws: StoreError.storage(.newerFormat(path: path, found: 9, supported: supported)))
      {
        try open()
      }
      #expect(try disk.readAll(path).array == newer)
      try overwrite(path, with: original)
    }
    let store = try open()
    #expect(try count(store) == 5)
    store.abandon()
  }

  @Test(arguments: [true, false])
  func `every flipped bit of a log is refused, or costs the last batch where no mark is behind it`(
    isMarked: Bool
  ) async throws {
    let store = try open()
    try await store.createCollection("c", CollectionConfiguration())
    for id in 0..<3 { try await store.upsert([Point(id: .integer(UInt64(id)))], into: "c") }
    store.abandon()
    let original = isMarked ? try disk.readAll(log).array : try removeMark()
    for bit in 0..<original.count * 8 {
      var damaged = original
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try overwrite(log, with: damaged)
      guard let store = try? open() else { continue }
      // With a mark, only damage to the mark itself is not refused, and costs nothing.
      #expect(
        try count(store) == (isMarked ? 3 : 2) && store.statistics.recovery.tornByteCount > 0,
        "bit \(bit)")
      store.abandon()
    }
  }
}

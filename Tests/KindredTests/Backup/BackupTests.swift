import Kindred
import SparseIndex
import StorageIO
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct BackupTests {
  @Test func `a backup without a daemon holds everything`() async throws {
    let directory = try await DamagedDirectory()
    let (backup, restored) = (
      directory.temporary.file("backup"), directory.temporary.file("restored")
    )
    let before = try directory.contents()
    let report = try Store.backUp(directory.path, to: backup)
    #expect(report.segmentCount == 2)
    #expect(report.copiedByteCount < report.byteCount)
    #expect(try directory.contents() == before)
    #expect(try Store.check(backup).findings == [])
    _ = try Store.restore(backup, to: restored)
    #expect(try await DamagedDirectory.model(restored) == directory.model)
    // Neither shares bytes with the other that anybody writes to.
    #expect(try await DamagedDirectory.model(directory.path) == directory.model)
    #expect(try Store.check(backup).findings == [])
  }

  @Test func `a backup does not go into the data directory`() async throws {
    let directory = try await DamagedDirectory()
    let link = directory.temporary.file("link")
    #expect(symlink(directory.path, link) == 0)
    let before = try directory.contents()
    for destination in [
      directory.path + "/backup", directory.path + "/segments/../backup", link + "/backup",
    ] {
      let error = #expect(throws: StoreError.self) {
        try Store.backUp(directory.path, to: destination)
      }
      #expect("\(error!)".contains("lies in the data directory"))
    }
    #expect(try directory.contents() == before)
    _ = try Store.backUp(directory.path, to: directory.path + "-backup")
  }

  @Test func `a backup under load holds every write acknowledged before it began`() async throws {
    let temporary = TemporaryDirectory()
    let store = try Store.open(
      temporary.file("data"),
      options: StoreOptions(memtableByteCount: 64 << 10, logByteCount: 256 << 10))
    try await store.createCollection(
      "c", CollectionConfiguration(sparseVectors: ["ratings": .init()]))
    let progress = LoadProgress()
    let backups = 6
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          var number = 0
          while !progress.isDone.load(ordering: .relaxed) {
            let points = (0..<40).map { index in
              Point(
                id: .integer(UInt64(writer * 10_000_000 + number * 40 + index)),
                vectors: ["ratings": .sparse(.init(ascending: [1, 2, 3], weights: [1, 2, 3]))])
            }
            try await store.upsert(points, into: "c")
            progress.acknowledged.withLock { $0.formUnion(points.map(\.id)) }
            number += 1
          }
        }
      }
      group.addTask {
        for number in 0..<backups {
          let before = progress.acknowledged.withLock { $0 }
          let backup = temporary.file("backup\(number)")
          _ = try await store.backUp(to: backup)
          #expect(try Store.check(backup).findings == [])
          let restored = temporary.file("restored\(number)")
          _ = try Store.restore(backup, to: restored)
          let found = try await DamagedDirectory.model(restored)
          #expect(before.allSatisfy { found.points[$0] != nil })
          if number == 2 { try await store.compact() }
        }
        progress.isDone.store(true, ordering: .relaxed)
      }
      try await group.waitForAll()
    }
    try await store.close()
    #expect(try Store.check(temporary.file("data")).findings == [])
  }

  @Test func `a damaged backup is not restored`() async throws {
    for damage in 0..<3 {
      let directory = try await DamagedDirectory()
      let backup = directory.temporary.file("backup")
      _ = try Store.backUp(directory.path, to: backup)
      switch damage {
      case 0:
        let name = try directory.disk.list(backup + "/segments")[0]
        try directory.flipBit(backup + "/segments/" + name, at: 70)
      case 1: try directory.flipBit(backup + "/MANIFEST", at: 50)
      default:
        let name = try directory.disk.list(backup + "/wal")[0]
        try directory.flipBit(backup + "/wal/" + name, at: 90)
      }
      let restored = directory.temporary.file("restored")
      #expect(throws: StoreError.self) { try Store.restore(backup, to: restored) }
      #expect(try !directory.disk.exists(restored))
      #expect(try !directory.disk.exists(restored + ".tmp"))
    }
  }

  @Test func `a backup leaves nothing under its name when it fails`() async throws {
    let directory = try await DamagedDirectory()
    try directory.disk.remove(try directory.segments[1])
    let backup = directory.temporary.file("backup")
    #expect(throws: StoreError.self) { try Store.backUp(directory.path, to: backup) }
    #expect(try directory.disk.list(directory.temporary.path) == ["data"])
  }

  @Test func `a store with segments set aside is not backed up as if it were whole`() async throws {
    let directory = try await DamagedDirectory()
    try directory.flipBit(try directory.segments[0], at: 70)
    let store = try directory.open()
    let error = await #expect(throws: StoreError.self) {
      try await store.backUp(to: directory.temporary.file("backup"))
    }
    store.abandon()
    #expect("\(error!)".contains("repair the directory"))
  }

  @Test func `a name that is taken is refused`() async throws {
    let directory = try await DamagedDirectory()
    let error = #expect(throws: StoreError.self) {
      try Store.backUp(directory.path, to: directory.path)
    }
    #expect("\(error!)".contains("exists"))
  }
}

/// State that the tasks of a test share.
private final class LoadProgress: Sendable {
  let acknowledged = Mutex<Set<PointID>>([])
  let isDone = Atomic(false)
}

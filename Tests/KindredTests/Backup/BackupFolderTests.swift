import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct BackupFolderTests {
  private let temporary = TemporaryDirectory()
  private let disk = PosixFileSystem()

  private static let day = 24 * 60 * 60
  /// 2026-11-27, noon.
  private static let now = 1_795_780_800

  private var path: String { temporary.file("backups") }

  private func folder() throws -> BackupFolder {
    try disk.createDirectory(path)
    return BackupFolder(path)
  }

  /// Makes a directory that looks like a backup from outside.
  private func make(
    _ path: String, without missing: String? = nil, with foreign: String? = nil,
    on disk: any FileSystem = PosixFileSystem()
  ) throws {
    for folder in ["", "/wal", "/segments"] where "/" + (missing ?? "") != folder {
      try disk.createDirectory(path + folder)
    }
    let files = [
      "MANIFEST", "wal/0000000000000001.wal", "segments/000000000000000a.segment", foreign,
    ]
    for file in files.compactMap({ $0 }) where !file.hasPrefix(missing ?? "-") {
      try disk.writeAtomically(path: path + "/" + file, bytes: [1, 2, 3])
    }
  }

  private func names() throws -> [String] { try disk.list(path) }

  @Test func `names are in the order of their times`() throws {
    let folder = try folder()
    #expect(folder.newPath(at: Self.now) == path + "/kindred-2026-11-27T12-00-00")
    let times = [0, 1, 59, 86_399, 86_400, 951_782_400, Self.now, Self.now + 1, 4_102_444_800]
    let paths = times.map(folder.newPath(at:))
    #expect(paths == paths.sorted())
    #expect(Set(paths).count == paths.count)
  }

  @Test func `nothing goes unless something is to be kept`() throws {
    let folder = try folder()
    for age in 0..<5 { try make(folder.newPath(at: Self.now - age * Self.day)) }
    let before = try names()
    let report = try folder.removeOld(
      .init(), sparing: folder.newPath(at: Self.now), at: Self.now)
    #expect(report.removed.isEmpty && report.leftAlone.isEmpty)
    #expect(try names() == before)
  }

  @Test func `what is kept by days or by count stays, whatever there is`() throws {
    var random = SeededGenerator.random()
    for round in 0..<200 {
      let disk = SimulatedFileSystem()
      try disk.createDirectory("/backups")
      let folder = BackupFolder("/backups", disk)
      let ages = Set(
        (0..<Int.random(in: 0..<12, using: &random)).map { _ in
          Int.random(in: -3 * Self.day...40 * Self.day, using: &random)
        }
      ).subtracting([0])
      let newest = folder.newPath(at: Self.now)
      try make(newest, on: disk)
      for age in ages { try make(folder.newPath(at: Self.now - age), on: disk) }
      let days = Bool.random(using: &random) ? Int.random(in: 1...40, using: &random) : nil
      let count = Bool.random(using: &random) ? Int.random(in: 1...12, using: &random) : nil

      // The plainest rule: each by itself, the newest first. What seems to come from the future counts
      // among the newest.
      let kept = (ages.union([0])).sorted().enumerated().filter { index, age in
        age <= 0 || days == nil && count == nil
          || (days.map { age <= $0 * Self.day } ?? false) || (count.map { index < $0 } ?? false)
      }
      let report = try folder.removeOld(
        .init(dayCount: days, leastCount: count), sparing: newest, at: Self.now)
      let paths = kept.map { folder.newPath(at: Self.now - $0.element) }.sorted()
      #expect(
        try disk.list("/backups").map { "/backups/" + $0 } == paths, "\(random), round \(round)")
      #expect(report.leftAlone.isEmpty)
      #expect(report.removed == report.removed.sorted())
      #expect(report.removed.count == ages.count + 1 - kept.count)
    }
  }

  @Test func `nothing goes that is no backup of that form`() throws {
    let folder = try folder()
    let newest = folder.newPath(at: Self.now)
    try make(newest)
    func old(_ days: Int) -> String { folder.newPath(at: Self.now - days * Self.day) }
    // Other names, however much they look like a backup's.
    for name in [
      "monday", "kindred", "kindred-", "kindred-2001-01-01", "Kindred-2001-01-01T00-00-00",
      "kindred-2001-01-01T00-00-00 ", "kindred-2001-01-01T00:00:00", "kindred-2001-01-01T00-00-0x",
      "kindred-2001-01-01T00-00-00.old", "kindred-2001-01-01T00-00-000",
      "kindred-２001-01-01T00-00-00", "monday.tmp",
    ] { try make(path + "/" + name) }
    // The right names, but something else in them.
    try make(old(100), with: "notes.txt")
    try make(old(101), with: "wal/notes.wal")
    try make(old(102), with: "segments/000000000000000B.segment")
    try make(old(103), with: "LOCK")
    try make(old(104), without: "MANIFEST")
    try make(old(105), without: "wal")
    try make(old(106), without: "segments")
    try disk.writeAtomically(path: old(107), bytes: [1])
    try disk.createDirectory(old(108))
    // A link to a data directory, or to its log.
    let data = temporary.file("data")
    try make(data)
    #expect(symlink(data, old(109)) == 0)
    try make(old(110), without: "wal")
    #expect(symlink(data + "/wal", old(110) + "/wal") == 0)
    #expect(symlink(data + "/nowhere", old(111)) == 0)
    // A pipe is not waited for.
    #expect(mkfifo(old(113), 0o600) == 0)
    // The temporary name in its way is somebody else's.
    try make(old(112))
    try make(old(112) + ".tmp", with: "notes.txt")

    let before = try names()
    let report = try folder.removeOld(.init(dayCount: 1), sparing: newest, at: Self.now)
    #expect(report.removed.isEmpty)
    #expect(try names() == before)
    #expect(try disk.list(data) == ["MANIFEST", "segments", "wal"])
    #expect(try disk.list(data + "/wal") == ["0000000000000001.wal"])
    #expect(
      report.leftAlone.map { path + "/" + $0.name } == (100...113).reversed().map(old) + [
        old(112) + ".tmp"
      ])
    #expect(report.leftAlone.last?.reason == "it holds 'notes.txt', which no backup has")

    // They do not count as backups that are kept either.
    try make(old(50))
    try make(old(60))
    let second = try folder.removeOld(.init(leastCount: 2), sparing: newest, at: Self.now)
    #expect(second.removed.map { path + "/" + $0 } == [old(60)])
    #expect(try disk.exists(old(50)))
  }

  @Test func `what was left long ago goes, and what may be in the making stays`() throws {
    let folder = try folder()
    let newest = folder.newPath(at: Self.now)
    try make(newest)
    let left = folder.newPath(at: Self.now - 2 * Self.day) + ".tmp"
    try make(left, without: "MANIFEST")
    let young = folder.newPath(at: Self.now - 3600) + ".tmp"
    try make(young, without: "MANIFEST")
    let report = try folder.removeOld(.init(dayCount: 30), sparing: newest, at: Self.now)
    #expect(report.removed.map { path + "/" + $0 } == [left])
    #expect(try disk.exists(young) && disk.exists(newest))
  }

  @Test(arguments: CrashMode.allCases)
  func `a power failure leaves whole backups or none`(_ mode: CrashMode) async throws {
    func prepare() async throws -> SimulatedFileSystem {
      let disk = SimulatedFileSystem()
      try disk.createDirectory("/backups")
      try disk.synchronizeDirectory("/")
      let store = try Store.open(
        "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
      try await store.createCollection(
        "c", CollectionConfiguration(sparseVectors: ["ratings": .init()]))
      for age in [40, 30, 20, 0] {
        let point = Point(
          id: .integer(UInt64(age)),
          vectors: ["ratings": .sparse(.init(ascending: [1], weights: [2]))])
        try await store.upsert([point], into: "c")
        try await store.flush()
        let path = BackupFolder("/backups", disk).newPath(at: Self.now - age * Self.day)
        _ = try await store.backUp(to: path)
      }
      try await store.close()
      return disk
    }
    func removeOld(_ disk: SimulatedFileSystem) throws -> BackupFolder.Report {
      let folder = BackupFolder("/backups", disk)
      return try folder.removeOld(
        .init(dayCount: 10, leastCount: 2), sparing: folder.newPath(at: Self.now), at: Self.now)
    }

    let whole = try await prepare()
    let first = whole.mutationCount
    #expect(try removeOld(whole).removed.count == 2)
    let count = whole.mutationCount - first
    #expect(count > 10)
    for index in 0..<count {
      let disk = try await prepare()
      disk.crash(atMutation: disk.mutationCount + index)
      #expect(throws: StoreError.self) { try removeOld(disk) }
      let after = disk.crashImage(mode, seed: UInt64(index))
      let names = try after.list("/backups")
      #expect(names.filter { !$0.hasSuffix(".tmp") }.count >= 2)
      for name in names where !name.hasSuffix(".tmp") {
        #expect(
          try Store.check("/backups/" + name, .full, fileSystem: after).findings == [],
          "\(mode) at \(index): \(name)")
      }
      // The next run, a day later, ends what this one has begun.
      let folder = BackupFolder("/backups", after)
      _ = try folder.removeOld(
        .init(dayCount: 10, leastCount: 2), sparing: folder.newPath(at: Self.now),
        at: Self.now + Self.day)
      #expect(try after.list("/backups").count == 2)
    }
  }
}

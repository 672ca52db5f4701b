import Kindred
import StorageIO
import TestSupport
import Testing

/// Crashes and errors while an archive is made and recovered from.
@Suite struct SnapshotFaultTests {
  /// A collection `c`, an archive of it, a change, and the recovery.
  private struct Workload {
    /// The contents that `c` may have afterwards.
    var allowed: [StoreModel] = []
    var failure: StoreError?

    mutating func run(on disk: SimulatedFileSystem) async {
      guard
        let store = try? Store.open(
          "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
      else {
        return
      }
      defer { store.abandon() }
      do throws(StoreError) {
        var generator = PointGenerator(random: SeededGenerator(seed: 9), idCount: 12)
        try await store.createCollection("c", PointGenerator.configuration)
        try await store.updateAliases([.create(alias: "a", collection: "c")])
        var model = StoreModel()
        func write() async throws(StoreError) {
          let operations = generator.batch()
          var changed = model
          changed.apply(operations)
          allowed = [model, changed]
          try await store.write(operations, to: "c")
          model = changed
          allowed = [model]
        }
        try await write()
        let archive = try await store.createArchive(.collection("c"))
        let before = model
        try await write()
        try await write()
        allowed = [model, before]
        try await store.importArchive("c", from: .named(archive.name), checksum: archive.checksum)
        model = before
        allowed = [before]
        try await write()
        try await store.flush()
      } catch {
        failure = error
      }
    }

    /// Whether a store that opens this disk holds what it may.
    func check(_ disk: SimulatedFileSystem, _ when: String) {
      do {
        let store = try Store.open(
          "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
        defer { store.abandon() }
        guard store.collectionNames == ["c"] else {
          #expect(store.collectionNames.isEmpty && allowed.isEmpty, "\(when)")
          return
        }
        let found = StoreModel(try store.collection("c"))
        #expect(allowed.contains(found) || allowed.isEmpty, "\(when)")
        if !allowed.isEmpty { #expect(store.aliases == ["a": "c"], "\(when)") }
      } catch {
        Issue.record("\(when): \(error)")
      }
    }
  }

  @Test func `a crash at any operation leaves the old collection or the recovered one`()
    async throws
  {
    var crashPoint = 0
    while true {
      let disk = SimulatedFileSystem()
      disk.crash(atMutation: crashPoint)
      var workload = Workload()
      await workload.run(on: disk)
      for mode in CrashMode.allCases {
        let image = disk.crashImage(mode, seed: UInt64(crashPoint))
        workload.check(image, "crash at \(crashPoint), \(mode)")
      }
      guard disk.hasCrashed else { break }
      crashPoint += 1
    }
    #expect(crashPoint > 40)
  }

  @Test(arguments: [Errno.io, Errno.noSpace]) func `any call may fail once`(code: Int32)
    async throws
  {
    var index = 0
    while true {
      let disk = SimulatedFileSystem()
      disk.fail(call: index, with: .error(code))
      var workload = Workload()
      await workload.run(on: disk)
      guard index < disk.callCount else {
        #expect(workload.failure == nil)
        break
      }
      #expect(disk.retriedSynchronizations.isEmpty, "call \(index)")
      workload.check(disk.afterKill(), "call \(index), error \(code)")
      index += 1
    }
    #expect(index > 80)
  }

  @Test func `no byte of an archive can be changed unnoticed`() async throws {
    let disk = SimulatedFileSystem()
    let store = try Store.open(
      "/data", options: StoreOptions(backgroundWork: false, fileSystem: disk))
    defer { store.abandon() }
    try await store.createCollection("c", PointGenerator.configuration)
    try await store.upsert([Point(id: 1)], into: "c")
    let archive = try await store.createArchive(.collection("c"))
    let path = "/data/snapshots/" + archive.name
    // The padding before the image, and some of everything else.
    for offset in Array(0..<70) + Array(stride(from: 70, to: archive.byteCount, by: 7)) {
      disk.damage(path) { $0[offset] ^= 1 }
      await #expect(throws: StoreError.self, "byte \(offset)") {
        try await store.importArchive("d", from: .named(archive.name))
      }
      disk.damage(path) { $0[offset] ^= 1 }
    }
    try await store.importArchive("d", from: .named(archive.name))
    #expect(StoreModel(try store.collection("d")).points.count == 1)
  }
}

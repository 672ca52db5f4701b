internal import Kindred
internal import StorageIO

/// A small data directory with one of everything (two segments with deleted points, a sealed and an
/// open log file, a manifest) and what is in it.
struct DamageSubject: Sendable {
  let disk: SimulatedFileSystem
  /// The store's contents after each batch of the last log file; the last state is all of it.
  private(set) var states: [StoreContents] = []
  /// The live points of each segment file, by path.
  private(set) var segments: [String: Set<PointID>] = [:]
  let sealedLog = "/data/wal/0000000000000003.wal"
  let lastLog = "/data/wal/0000000000000004.wal"

  var whole: StoreContents { states.last! }

  /// The contents without the points of one segment file.
  func without(segment path: String) -> StoreContents {
    var contents = whole
    for id in segments[path] ?? [] { contents.collections["c"]!.model.points[id] = nil }
    return contents
  }

  /// The store tries a failed flush again by itself after a while, which a loaded machine may reach:
  /// then there is one more log file, and another subject is made.
  static func make(seed: UInt64) async throws(StoreError) -> DamageSubject {
    while true {
      let subject = try await DamageSubject(seed: seed)
      if (try? subject.disk.exists("/data/wal/0000000000000005.wal")) == false { return subject }
    }
  }

  private init(seed: UInt64) async throws(StoreError) {
    let disk = SimulatedFileSystem()
    self.disk = disk
    var generator = PointGenerator(random: SeededGenerator(seed: seed), idCount: 8)
    let store = try Self.open(disk)
    var contents = StoreContents()
    func perform(_ step: StoreStep) async throws(StoreError) {
      try await step.perform(on: store)
      step.apply(to: &contents)
    }
    func write() async throws(StoreError) {
      try await perform(.write("c", generator.batch(upTo: 4) + [.upsert(generator.point())]))
    }
    try await perform(.createCollection("c"))
    try await perform(.toggleIndex("c"))
    try await perform(.aliases([.create(alias: "x", collection: "c")]))
    for _ in 0..<2 {
      try await write()
      try await perform(.flush)
    }
    try await write()
    // A flush that finds no room has sealed its log file, which stays live.
    disk.fail { $0.operation == .create && $0.path.hasSuffix(".tmp") ? .error(Errno.noSpace) : nil }
    try? await store.flush()
    disk.fail(nil)
    states.append(contents)
    for _ in 0..<3 {
      try await write()
      states.append(contents)
    }
    store.abandon()
    try readSegments()
  }

  static func open(_ disk: SimulatedFileSystem) throws(StoreError) -> Store {
    try Store.open(
      CrashCheck.directory, options: StoreOptions(backgroundWork: false, fileSystem: disk))
  }

  private mutating func readSegments() throws(StoreError) {
    let store = try Self.open(disk.afterKill())
    defer { store.abandon() }
    let view = try store.collection("c")
    // The manifest and the view name the files in the same order, before the memtable.
    let directory = DataDirectory(CrashCheck.directory, disk)
    let manifest: Manifest
    do throws(StorageError) {
      manifest = try ManifestFormat.decode(disk.map(directory.manifest), path: directory.manifest)
    } catch {
      throw .storage(error)
    }
    for (entry, live) in zip(manifest.collections[0].segments, view.segments) {
      let path = directory.segment(entry.number)
      segments[path] = Set(
        (0..<live.segment.pointCount).filter(live.isLive).map { live.segment.id(at: $0) })
    }
  }
}

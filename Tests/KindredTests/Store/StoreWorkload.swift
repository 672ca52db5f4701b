import Kindred
import StorageIO
import TestSupport
import Testing

/// A short life of a store on a simulated disk, and what must be found afterwards.
struct StoreWorkload {
  static let directory = "/data"
  static func options(_ disk: SimulatedFileSystem) -> StoreOptions {
    StoreOptions(backgroundWork: false, fileSystem: disk)
  }

  /// Everything acknowledged.
  private(set) var acknowledged = StoreModel()
  /// What else may be found: the same with a batch that was under way when the disk failed.
  private(set) var attempted: [StoreModel] = []
  private(set) var collectionExists = false
  /// The first error.
  private(set) var failure: StoreError?

  /// - Parameter goesOn: whether to try the next step after an error.
  mutating func run(on disk: SimulatedFileSystem, seed: UInt64, goesOn: Bool) async {
    var generator = PointGenerator(random: SeededGenerator(seed: seed), idCount: 12)
    guard let store = attempt({ try Store.open(Self.directory, options: Self.options(disk)) })
    else { return }
    await step { try await store.createCollection("c", PointGenerator.configuration) }
    collectionExists = failure == nil
    for round in 0..<8 where failure == nil || (goesOn && collectionExists) {
      let operations = generator.batch()
      var changed = acknowledged
      changed.apply(operations)
      let before = failure
      failure = nil
      await step { try await store.write(operations, to: "c") }
      if failure == nil {
        acknowledged = changed
        attempted = []
      } else {
        attempted.append(changed)
        if !goesOn { break }
      }
      failure = before ?? failure
      if round == 2 || round == 4 { await step { try await store.flush() } }
      if round == 5 { await step { try await store.compact() } }
    }
    // After an error, as a crash would end it.
    if failure == nil { await step { try await store.close() } } else { store.abandon() }
  }

  private mutating func step(_ body: () async throws -> Void) async {
    do {
      try await body()
    } catch {
      failure = failure ?? (error as! StoreError)
    }
  }

  private mutating func attempt<R>(_ body: () throws -> R) -> R? {
    do {
      return try body()
    } catch {
      failure = error as? StoreError
      return nil
    }
  }

  /// What a store that opens this disk holds; nil when there is no collection.
  static func read(_ disk: SimulatedFileSystem) throws -> StoreModel? {
    let store = try Store.open(directory, options: options(disk))
    defer { store.abandon() }
    guard store.collectionNames == ["c"] else { return nil }
    return StoreModel(try store.collection("c"))
  }

  /// Whether `found` is everything acknowledged, with or without the batch under way.
  func allows(_ found: StoreModel?) -> Bool {
    guard let found else { return !collectionExists }
    return found == acknowledged || attempted.contains(found)
  }
}

import SparseIndex
import StorageIO

/// Everything a reader can see, at one moment. A value that only the committer changes; readers get
/// copies, which share the segments.
struct StoreState: Sendable {
  /// The collections, by their identities.
  private(set) var collections = ShardedDictionary<UInt64, CollectionState>()
  /// Identities of collections, by name.
  private var identities = ShardedDictionary<ByteString, UInt64>()
  /// The sum over all collections, so that nobody has to go through them.
  private(set) var memtable = MemtableFigures()
  /// The bytes of the configurations of all collections, as JSON.
  private var configurationByteCount = 0
  /// Identities of the collections that have been added, changed or removed since `takeChanged`.
  private var changed: Set<UInt64> = []
  /// Alias → collection name.
  var aliases: [ByteString: ByteString] = [:]
  /// The sequence number of the last batch applied.
  var sequenceNumber: UInt64 = 0
  var nextCollectionIdentity: UInt64 = 1
  let numbers: SegmentNumbers

  init(numbers: SegmentNumbers) { self.numbers = numbers }

  /// That of the collection with the name or alias.
  func identity(of name: String) -> UInt64? {
    identities[name] ?? aliases[name].flatMap { identities[$0] }
  }

  /// Finds a collection by its name or an alias.
  func collection(_ name: String) throws(StoreError) -> CollectionState {
    guard let identity = identity(of: name), let collection = collections[identity]
    else { throw .collectionNotFound(name) }
    return collection
  }

  /// The damage of a segment that has been found and not been set aside.
  var damage: StorageError? {
    for collection in collections.values {
      for stored in collection.segments {
        if let damage = stored.live.segment.damage { return damage }
      }
    }
    return nil
  }

  var collectionNames: [String] { identities.keys.sorted().map(\.text) }
  func hasCollection(named name: String) -> Bool { identities[name] != nil }

  /// Checks that the manifest can hold a configuration besides those it has.
  func checkRoom(
    for configuration: CollectionConfiguration, replacing replaced: CollectionState? = nil
  ) throws(StoreError) {
    let byteCount = configuration.encoded.count
    let room = replaced?.configurationByteCount ?? 0
    let sum = configurationByteCount + byteCount - room
    guard sum <= StoreLimits.allConfigurationsByteCount || byteCount <= room else {
      throw .invalid(
        "the configurations of all collections would take \(sum) bytes as JSON, more than "
          + "\(StoreLimits.allConfigurationsByteCount)")
    }
  }

  mutating func add(_ collection: CollectionState) {
    remove(collection.identity)
    collections[collection.identity] = collection
    memtable.add(collection.memtable)
    configurationByteCount += collection.configurationByteCount
    if !collection.name.isEmpty { identities[collection.name] = collection.identity }
    nextCollectionIdentity = max(nextCollectionIdentity, collection.identity + 1)
  }

  /// Changes a collection, but not its name; does nothing when there is none.
  mutating func update(_ identity: UInt64, _ change: (inout CollectionState) -> Void) {
    // Taken out and put back, so that the segments change in place.
    guard var collection = collections.removeValue(forKey: identity) else { return }
    memtable.subtract(collection.memtable)
    configurationByteCount -= collection.configurationByteCount
    change(&collection)
    memtable.add(collection.memtable)
    configurationByteCount += collection.configurationByteCount
    collections[identity] = collection
    changed.insert(identity)
  }

  @discardableResult
  private mutating func remove(_ identity: UInt64) -> CollectionState? {
    changed.insert(identity)
    guard let removed = collections.removeValue(forKey: identity) else { return nil }
    memtable.subtract(removed.memtable)
    configurationByteCount -= removed.configurationByteCount
    return removed
  }

  mutating func apply(_ run: Run, to identity: UInt64) {
    update(identity) { [numbers] in $0.apply(run, numbers: numbers) }
  }

  /// The collections that have changed since the last time, dropped ones too.
  mutating func takeChanged() -> Set<UInt64> {
    defer { changed = [] }
    return changed
  }

  /// Applies one operation of the log.
  ///
  /// Changes to collections that do not exist are passed over: when the log is replayed, the batch
  /// was queued before the collection was dropped.
  mutating func apply(_ operation: LogOperation) throws(StorageError) {
    switch operation {
    case .points(let identity, let operations):
      guard let collection = collections[identity] else { return }
      var pending = PendingOperations()
      _ = pending.addAgain(operations, to: collection)
      let run = try Run(
        pending.operations, configuration: collection.configuration, collection: identity)
      apply(run, to: identity)
    case .createCollection(let identity, let name, let configuration):
      if var staged = collections[identity] {
        staged.name = name
        staged.configuration = configuration
        add(staged)
      } else {
        add(CollectionState(identity: identity, name: name, configuration: configuration))
      }
    case .dropCollection(let identity):
      guard let dropped = remove(identity) else { return }
      identities[dropped.name] = nil
      aliases = aliases.filter { $0.value != ByteString(dropped.name) }
    case .setConfiguration(let identity, let configuration):
      update(identity) { $0.configuration = configuration }
    case .setAliases(let aliases):
      self.aliases = aliases
    }
  }
}

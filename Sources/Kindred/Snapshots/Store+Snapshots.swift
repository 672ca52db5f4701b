import StorageIO

/// What a snapshot is of.
public enum SnapshotScope: Equatable, Sendable {
  /// One collection, by its name or an alias.
  case collection(String)
  /// All collections and the aliases, as of one moment.
  case storage
}

/// Snapshots: collections in files of their own (docs/snapshot-format.md).
extension Store {
  var snapshotFolder: SnapshotFolder { SnapshotFolder(directory: directory) }

  /// Writes what is stored now into a new snapshot. Durable when this returns; reading and writing go
  /// on meanwhile.
  public func createSnapshot(
    _ scope: SnapshotScope
  ) async throws(StoreError) -> SnapshotDescription {
    try checkOpen()
    let state = committer.published.state
    var collections = state.namedCollections
    if case .collection(let name) = scope { collections = [try state.collection(name)] }
    return try await onSegmentThread { [folder = snapshotFolder, manifest, collections] stop in
      Result { () throws(StorageError) in
        let byteCount = collections.reduce(0) { $0 + $1.memtableByteCount + $1.fileByteCount }
        try folder.directory.checkRoom(for: byteCount, operation: "make a snapshot")
        try folder.directory.fileSystem.createDirectory(folder.directory.snapshots)
        try manifest.synchronizeRoot()
        return try folder.create(
          collections, aliases: scope == .storage ? state.aliases : [:],
          isOfStorage: scope == .storage, unless: stop)
      }.mapError { .storage($0) }
    }
  }

  /// The snapshots there are, by name.
  public func snapshots(_ scope: SnapshotScope) throws(StoreError) -> [SnapshotDescription] {
    let isWanted = try filter(scope)
    return try inStorage { () throws(StorageError) in try snapshotFolder.list(where: isWanted) }
  }

  /// - Throws: `.snapshotNotFound`.
  public func deleteSnapshot(_ name: String, of scope: SnapshotScope) throws(StoreError) {
    _ = try describe(name, of: scope)
    try inStorage { () throws(StorageError) in try snapshotFolder.remove(name) }
  }

  /// Opens a snapshot file for reading; the reader closes it.
  /// - Throws: `.snapshotNotFound`.
  package func openSnapshot(
    _ name: String, of scope: SnapshotScope
  ) throws(StoreError) -> (description: SnapshotDescription, file: any File) {
    let description = try describe(name, of: scope)
    let path = directory.snapshots + "/" + name
    return (
      description,
      try inStorage { () throws(StorageError) in try directory.fileSystem.open(path, .read) }
    )
  }

  private func describe(
    _ name: String, of scope: SnapshotScope
  ) throws(StoreError) -> SnapshotDescription {
    let isWanted = try filter(scope)
    let found = try inStorage { () throws(StorageError) in
      try snapshotFolder.describe(name, where: isWanted)
    }
    guard let found else { throw .snapshotNotFound(name) }
    return found
  }

  private func filter(
    _ scope: SnapshotScope
  ) throws(StoreError) -> (SnapshotContents) -> Bool {
    switch scope {
    case .storage: return { $0.isOfStorage }
    case .collection(let name):
      let name = try collection(name).name
      return { !$0.isOfStorage && $0.collections[0].name.hasSameBytes(as: name) }
    }
  }

  func inStorage<R>(_ body: () throws(StorageError) -> R) throws(StoreError) -> R {
    do throws(StorageError) { return try body() } catch { throw .storage(error) }
  }
}

extension StoreState {
  /// Those that are not being recovered, by name.
  var namedCollections: [CollectionState] {
    collections.values.filter { !$0.name.isEmpty }.sorted {
      ByteString($0.name) < ByteString($1.name)
    }
  }
}

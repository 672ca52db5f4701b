import SparseIndex
import StorageIO

/// The contents that an archive is made of.
public enum ArchiveScope: Equatable, Sendable {
  /// One collection, by its name or an alias.
  case collection(String)
  /// All collections and the aliases, as of one moment.
  case storage
}

/// Archives: collections in files of their own (docs/formats/archive.md).
extension Store {
  var archiveFolder: ArchiveFolder { ArchiveFolder(directory: directory) }

  /// Writes what is stored now into a new archive. Durable when this returns; reading and writing go
  /// on meanwhile.
  public func createArchive(
    _ scope: ArchiveScope
  ) async throws(StoreError) -> ArchiveDescription {
    try checkOpen()
    let state = committer.published.state
    var collections = state.namedCollections
    if case .collection(let name) = scope { collections = [try state.collection(name)] }
    return try await onSegmentThread {
      [folder = archiveFolder, manifest, watch, collections] stop in
      Result { () throws(StorageError) in
        // What is damaged would get a checksum that fits.
        let context = ReadContext(isAbandoned: { stop.isSet })
        for collection in collections {
          guard
            try SegmentFile.verify(
              collection.files, collection: collection.identity, in: folder.directory,
              watch: watch, for: context)
          else {
            throw .io(
              operation: "finish", path: folder.directory.archives, code: Errno.canceled)
          }
        }
        let byteCount = collections.reduce(0) { $0 + $1.memtableByteCount + $1.fileByteCount }
        try folder.directory.checkRoom(for: byteCount, operation: "make an archive")
        try folder.directory.fileSystem.createDirectory(folder.directory.archives)
        try manifest.synchronizeRoot()
        return try folder.create(
          collections, aliases: scope == .storage ? state.aliases : [:],
          isOfStorage: scope == .storage, unless: stop)
      }.mapError { .storage($0) }
    }
  }

  /// The archives there are, by name.
  public func archives(_ scope: ArchiveScope) throws(StoreError) -> [ArchiveDescription] {
    let isWanted = try filter(scope)
    return try translating { () throws(StorageError) in try archiveFolder.list(where: isWanted) }
  }

  /// - Throws: `.archiveNotFound`.
  public func deleteArchive(_ name: String, of scope: ArchiveScope) throws(StoreError) {
    _ = try describe(name, of: scope)
    try translating { () throws(StorageError) in try archiveFolder.remove(name) }
  }

  /// Opens an archive file for reading; the reader closes it.
  /// - Throws: `.archiveNotFound`.
  package func openArchive(
    _ name: String, of scope: ArchiveScope
  ) throws(StoreError) -> (description: ArchiveDescription, file: any File) {
    let description = try describe(name, of: scope)
    let path = directory.archives + "/" + name
    return (
      description,
      try translating { () throws(StorageError) in try directory.fileSystem.open(path, .read) }
    )
  }

  private func describe(
    _ name: String, of scope: ArchiveScope
  ) throws(StoreError) -> ArchiveDescription {
    let isWanted = try filter(scope)
    let found = try translating { () throws(StorageError) in
      try archiveFolder.describe(name, where: isWanted)
    }
    guard let found else { throw .archiveNotFound(name) }
    return found
  }

  private func filter(
    _ scope: ArchiveScope
  ) throws(StoreError) -> (ArchiveContents) -> Bool {
    switch scope {
    case .storage: return { $0.isOfStorage }
    case .collection(let name):
      let name = try collection(name).name
      return { !$0.isOfStorage && $0.collections[0].name.hasSameBytes(as: name) }
    }
  }
}

extension StoreState {
  /// Collections that are not just being imported, by name.
  var namedCollections: [CollectionState] {
    collections.values.filter { !$0.name.isEmpty }.sorted {
      ByteString($0.name) < ByteString($1.name)
    }
  }
}

extension Store {
  package func beginUpload() throws(StoreError) -> ArchiveUpload {
    try checkOpen()
    return try translating { () throws(StorageError) in try ArchiveUpload(in: archiveFolder) }
  }
}

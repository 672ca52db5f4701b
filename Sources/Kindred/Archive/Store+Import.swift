import SparseIndex
import StorageIO
import Synchronization

/// The place of an archive to import.
public enum ArchiveSource: Sendable {
  /// In the folder of archives, by its name.
  case named(String)
  /// In the folder of archives, by its absolute path.
  case path(String)
  /// An upload that has ended.
  case uploaded(ArchiveUpload)
}

extension Store {
  /// Replaces a collection by what an archive holds, or makes it. The archive is verified first; a
  /// crash or an error leaves the collection as it was. Durable when this returns.
  ///
  /// - Parameters:
  ///   - name: a collection or an alias of one; else the collection to make.
  ///   - checksum: the SHA-256 that the file must have.
  /// - Throws: `.archiveNotFound`; `.archiveChecksumMismatch`, `.archiveMismatch` for one whose
  ///   vectors do not fit the collection; `.invalid` for one that is damaged.
  public func importArchive(
    _ name: String, from source: ArchiveSource, checksum: String? = nil
  ) async throws(StoreError) {
    try checkOpen()
    try health.checkWritable()
    let path = try path(of: source)
    let prepared = try await verify(path, for: name, checksum: checksum)
    let target = try ImportTarget(name, prepared.entry, in: committer.published.state)
    let identity = try await stage(target.configuration)
    do throws(StoreError) {
      // From here on the manifest knows the collection, and can name its file.
      try await flush()
      if let segment = prepared.segment {
        try await install(
          segment, identity: identity, configuration: target.configuration,
          operation: "import an archive")
      }
      try await publish(identity, as: name, prepared.entry)
    } catch {
      // A failure here is passed over: the next start drops the collection.
      _ = try? await decide { (_) throws(StoreError) in [.dropCollection(identity: identity)] }
      throw error
    }
  }

  private func path(of source: ArchiveSource) throws(StoreError) -> String {
    let name: String
    switch source {
    case .uploaded(let upload): return upload.path
    case .named(let given): name = given
    case .path(let path):
      // Nothing outside the folder is read, and no path that steps through others.
      let folders = [
        standardizedPath(directory.archives), resolvedPath(directory.archives),
      ].compactMap { $0 }
      guard folders.contains(parentDirectory(of: path)) else {
        throw .forbidden(
          "an archive is imported from the folder '\(folders[0])' only: copy it there")
      }
      name = String(path.dropFirst(parentDirectory(of: path).count + 1))
    }
    let found = try translating { () throws(StorageError) -> String? in
      guard let path = archiveFolder.path(of: name) else { return nil }
      return try directory.fileSystem.exists(path) ? path : nil
    }
    guard let found else { throw .archiveNotFound(name) }
    return found
  }

  // MARK: The steps

  private struct Prepared: Sendable {
    let entry: ArchiveContents.Collection
    let segment: Segment?
  }

  private func verify(
    _ path: String, for name: String, checksum: String?
  ) async throws(StoreError) -> Prepared {
    let resolved = committer.published.state.aliases[name]?.text ?? name
    return try await onSegmentThread { [directory] _ in
      Result { () throws(StoreError) in
        let bytes = try Self.reading { () throws(StorageError) in
          try directory.fileSystem.map(path)
        }
        if let checksum {
          let actual = SHA256.hexadecimal(bytes)
          guard actual == checksum.lowercased() else {
            throw .archiveChecksumMismatch(expected: checksum, found: actual)
          }
        }
        let archive = try Self.reading { () throws(StorageError) in
          try ArchiveReader(bytes, path: path)
        }
        let entries = archive.contents.collections
        let entry =
          archive.contents.isOfStorage
          ? entries.first { $0.name.hasSameBytes(as: resolved) } : entries[0]
        guard let entry else {
          throw .invalid("the archive of the store has no collection '\(resolved)'")
        }
        return Prepared(
          entry: entry,
          segment: try Self.reading { () throws(StorageError) in try archive.segment(of: entry) })
      }
    }
  }

  /// An archive that cannot be used is the request's mistake, a disk that cannot be read is not.
  private static func reading<R>(_ body: () throws(StorageError) -> R) throws(StoreError) -> R {
    do throws(StorageError) {
      return try body()
    } catch {
      if case .io = error { throw .storage(error) }
      throw .invalid("\(error)")
    }
  }

  /// Makes a collection without a name, which nobody sees.
  func stage(_ configuration: CollectionConfiguration) async throws(StoreError) -> UInt64 {
    let identity = Atomic<UInt64>(0)
    try await decide { (state) throws(StoreError) in
      identity.store(state.nextCollectionIdentity, ordering: .relaxed)
      return [
        .createCollection(
          identity: state.nextCollectionIdentity, name: "", configuration: configuration)
      ]
    }
    return identity.load(ordering: .relaxed)
  }

  /// Writes a staged collection's points into a file of its own.
  /// - Parameter operation: what it is done for, in messages.
  func install(
    _ segment: Segment, identity: UInt64, configuration: CollectionConfiguration,
    operation: String
  ) async throws(StoreError) {
    try await onSegmentThread { [committer, manifest, directory, health] stop in
      Result { () throws(StorageError) in
        try directory.checkRoom(for: segment.byteCount, operation: operation)
        let stored = try SegmentFile.write(
          merging: [LiveSegment(segment)], configuration: configuration, collection: identity,
          number: committer.published.state.numbers.make(), in: directory, unless: stop)
        try manifest.whileFilesStay { () throws(StorageError) in
          try manifest.update(adding: [stored]) { next in
            let replacement = Committer.Replacement(
              collection: identity, inputs: [], output: stored)
            let state = committer.install([replacement])
            next.replace([], with: stored, in: identity, of: state)
          }
        }
      }.mapError { error in
        if stop.isSet { return .closed }
        if error.mayPass {
          return .outOfSpace("there is no way to \(operation) for now: \(error)")
        }
        health.becomeReadOnly("the attempt to \(operation) failed: \(error)")
        return .storage(error)
      }
    }
  }

  /// Gives the name to the staged collection, in the place of the one that has it: one frame.
  private func publish(
    _ identity: UInt64, as name: String, _ entry: ArchiveContents.Collection
  ) async throws(StoreError) {
    try await decide { (state) throws(StoreError) in
      // Anything may have happened since.
      let target = try ImportTarget(name, entry, in: state)
      var operations: [LogOperation] = []
      if let replaced = target.replaced { operations.append(.dropCollection(identity: replaced)) }
      operations.append(
        .createCollection(
          identity: identity, name: target.name, configuration: target.configuration))
      if state.aliases.values.contains(ByteString(target.name)) {
        operations.append(.setAliases(state.aliases))
      }
      return operations
    }
  }
}

/// The collection that an import makes or replaces.
private struct ImportTarget {
  let name: String
  let configuration: CollectionConfiguration
  /// The identity of the collection that has the name.
  let replaced: UInt64?

  /// - Throws: `.archiveMismatch` when the archive's vectors do not fit the collection; `.invalid`.
  init(
    _ name: String, _ archive: ArchiveContents.Collection, in state: StoreState
  ) throws(StoreError) {
    guard let collection = try? state.collection(name) else {
      try StoreLimits.check(name: name)
      try Self.validation().check(archive.configuration)
      try state.checkRoom(for: archive.configuration)
      self.name = name
      configuration = archive.configuration
      replaced = nil
      return
    }
    var configuration = collection.configuration
    guard configuration.vectorShapes == archive.configuration.vectorShapes else {
      throw .archiveMismatch(
        collection: "\(configuration.vectorShapes)",
        archive: "\(archive.configuration.vectorShapes)")
    }
    configuration.payloadIndexes = archive.configuration.payloadIndexes
    try Self.validation(replacing: collection.configuration).check(configuration)
    try state.checkRoom(for: configuration, replacing: collection)
    self.name = collection.name
    self.configuration = configuration
    replaced = collection.identity
  }

  private static func validation(
    replacing before: CollectionConfiguration? = nil
  ) -> ConfigurationValidation {
    ConfigurationValidation(
      replacing: before, parameterDepth: StoreLimits.archivedParameterDepth)
  }
}

extension CollectionConfiguration {
  /// The parameters that decide whether vectors of one collection fit another, a line each.
  fileprivate var vectorShapes: [ByteString] {
    let sparse = sparseVectors.map { "`\($0)` sparse, modifier \($1.modifier)" }
    let dense = denseVectors.map { name, parameters in
      "`\(name)` \(parameters.isMultivector ? "multi" : "dense"), size \(parameters.size), "
        + "\(parameters.distance.rawValue)"
    }
    return (sparse + dense).map { ByteString($0) }.sorted()
  }
}

import StorageIO

/// Makes a data directory beside its final name and gives it the name when it is whole, verified and
/// durable: an interruption leaves `NAME.tmp`, never half of a `NAME`.
struct DirectoryBuilder {
  private let destination: String
  /// The directory while it is being made.
  let directory: DataDirectory
  private var fileSystem: any FileSystem { directory.fileSystem }

  /// - Throws: `.io` with `EEXIST` when there is something of that name, or left of an attempt to make
  ///   it.
  init(_ destination: String, _ fileSystem: any FileSystem) throws(StorageError) {
    self.destination = DataDirectory(destination, fileSystem).root
    directory = DataDirectory(self.destination + temporarySuffix, fileSystem)
    for path in [self.destination, directory.root] where try fileSystem.exists(path) {
      throw .io(operation: "make the directory", path: path, code: Errno.exists)
    }
    for path in [directory.root, directory.logs, directory.segments] {
      try fileSystem.createDirectory(path)
    }
  }

  /// Takes over a segment file: by a second name for it where `source` is given and the file system
  /// can, else as a copy of `bytes`, which are the file's.
  /// - Returns: how many bytes were copied.
  func addSegment(
    _ number: UInt64, _ bytes: SharedBytes, linking source: String?
  ) throws(StorageError) -> Int {
    let path = directory.segment(number)
    if let source, (try? fileSystem.link(source, to: path)) != nil { return 0 }
    try write([bytes], to: path)
    return bytes.count
  }

  /// - Parameter reader: has read `bytes` to their end. The copy is marked as synced there, which it is
  ///   before anybody sees it.
  func addLog(
    _ number: UInt64, _ bytes: SharedBytes, mark reader: LogReader
  ) throws(StorageError) {
    let mark = SharedBytes(reader.mark.encoded(seed: reader.header.seed))
    try write([bytes, mark], to: directory.log(number))
  }

  func addManifest(_ manifest: Manifest) throws(StorageError) {
    try write([SharedBytes(ManifestFormat.encode(manifest))], to: directory.manifest)
  }

  private func write(_ pieces: [SharedBytes], to path: String) throws(StorageError) {
    let file = try fileSystem.open(path, .create)
    defer { file.close() }
    var offset = 0
    for piece in pieces {
      try piece.withUnsafeBytes { (bytes) throws(StorageError) in
        try file.write(bytes, at: offset)
      }
      offset += piece.count
    }
    try file.synchronize()
  }

  /// Gives the directory its name. Durable when this returns.
  func finish() throws(StorageError) {
    for path in [directory.segments, directory.logs, directory.root] {
      try fileSystem.synchronizeDirectory(path)
    }
    try fileSystem.rename(directory.root, to: destination)
    try fileSystem.synchronizeDirectory(parentDirectory(of: destination))
  }

  /// Removes what has been made, after an error.
  func discard() {
    for path in [directory.segments, directory.logs, directory.root] {
      for name in (try? fileSystem.list(path)) ?? [] {
        try? fileSystem.removeIfPresent(path + "/" + name)
      }
    }
    for path in [directory.segments, directory.logs, directory.root] {
      try? fileSystem.removeDirectory(path)
    }
  }

  /// Makes a directory with `body`, and nothing when that throws.
  /// - Throws: `.invalid` where a directory cannot be made under that name, though the disk is well.
  static func make<R>(
    _ destination: String, _ fileSystem: any FileSystem,
    _ body: (DirectoryBuilder) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    let builder: DirectoryBuilder
    do throws(StorageError) {
      builder = try DirectoryBuilder(destination, fileSystem)
    } catch {
      guard case .io(_, _, let code) = error, Errno.ofPaths.contains(code) else {
        throw .storage(error)
      }
      throw .invalid("\(error); name a new directory in one that is there and may be written to")
    }
    do throws(StoreError) {
      let result = try body(builder)
      try translating { () throws(StorageError) in try builder.finish() }
      return result
    } catch {
      builder.discard()
      throw error
    }
  }
}

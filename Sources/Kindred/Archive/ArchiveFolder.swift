import SparseIndex
import StorageIO

/// An archive as clients see it.
public struct ArchiveDescription: Equatable, Sendable {
  /// The file's name within the collection's or the store's archives, ending in `.snapshot`.
  public var name: String
  /// UTC, as in `2026-01-31T12:00:00`.
  public var created: String
  /// The file's size.
  public var byteCount: Int
  /// SHA-256, hexadecimal; nil when nobody has written it down.
  public var checksum: String?
}

/// The archive files of a data directory. Any thread may use it.
struct ArchiveFolder {
  let directory: DataDirectory
  static let suffix = ".snapshot"
  static let checksumSuffix = ".sha256"

  private var fileSystem: any FileSystem { directory.fileSystem }

  /// The path of an archive that a request names; nil for a name that none can have, so that a
  /// request never reaches beyond the folder.
  func path(of name: String) -> String? {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, name.hasSuffix(Self.suffix), !name.hasPrefix("."), name.utf8.count <= 200
    else { return nil }
    return directory.archives + "/" + name
  }

  // MARK: Making

  /// Durable when this returns. The folder is there, durably: `Store.createArchive` sees to that, and
  /// that no segment is damaged.
  func create(
    _ collections: [CollectionState], aliases: [ByteString: ByteString], isOfStorage: Bool,
    unless stop: StopSignal
  ) throws(StorageError) -> ArchiveDescription {
    let created = Machine.timestamp
    let random = String(UInt64.random(in: 1 << 32..<2 << 32), radix: 16).dropFirst()
    let name =
      (isOfStorage ? "full-" : "") + created.replacing(":", with: "-") + "-" + random + Self.suffix
    let path = directory.archives + "/" + name
    let temporary = path + temporarySuffix
    do throws(StorageError) {
      let file = try fileSystem.open(temporary, .create)
      defer { file.close() }
      var sink = StoppableSink(base: HashingSink(FileSink(file)), stop: stop, path: temporary)
      try ArchiveWriter.write(
        collections, aliases: aliases, isOfStorage: isOfStorage, created: created, into: &sink)
      try sink.base.base.flush()
      let checksum = sink.base.hash.finish()
      // The bytes and their checksum are durable before the name appears.
      try file.synchronize()
      try fileSystem.writeAtomically(
        path: path + Self.checksumSuffix, bytes: Array("\(checksum)  \(name)\n".utf8))
      try fileSystem.rename(temporary, to: path)
      try fileSystem.synchronizeDirectory(directory.archives)
      return ArchiveDescription(
        name: name, created: created, byteCount: sink.byteCount, checksum: checksum)
    } catch {
      // The first error is the one to report; a leftover is removed at the next start.
      for leftover in [temporary, path, path + Self.checksumSuffix] {
        try? fileSystem.removeIfPresent(leftover)
      }
      throw error
    }
  }

  // MARK: Finding

  /// The archives for which `isWanted` holds, by name. Files that are not whole archives are passed
  /// over.
  func list(
    where isWanted: (ArchiveContents) -> Bool
  ) throws(StorageError) -> [ArchiveDescription] {
    guard try fileSystem.exists(directory.archives) else { return [] }
    var found: [ArchiveDescription] = []
    for name in try fileSystem.list(directory.archives) {
      if let description = try describe(name, where: isWanted) { found.append(description) }
    }
    return found
  }

  /// Nil when there is no such archive, or it is not wanted.
  func describe(
    _ name: String, where isWanted: (ArchiveContents) -> Bool
  ) throws(StorageError) -> ArchiveDescription? {
    guard let path = path(of: name), try fileSystem.exists(path),
      let archive = try? ArchiveReader(fileSystem.map(path), path: path),
      isWanted(archive.contents)
    else { return nil }
    let line = (try? fileSystem.readAll(path + Self.checksumSuffix, upTo: 1 << 10).array) ?? []
    let checksum = String(decoding: line.prefix(64), as: UTF8.self)
    return ArchiveDescription(
      name: name, created: archive.contents.created, byteCount: archive.bytes.count,
      checksum: checksum.utf8.count == 64 ? checksum : nil)
  }

  func remove(_ name: String) throws(StorageError) {
    guard let path = path(of: name) else { return }
    try fileSystem.remove(path)
    try fileSystem.removeIfPresent(path + Self.checksumSuffix)
    try fileSystem.synchronizeDirectory(directory.archives)
  }

  /// The files that an interrupted step has left.
  func leftovers() throws(StorageError) -> [String] {
    guard try fileSystem.exists(directory.archives) else { return [] }
    let names = try fileSystem.list(directory.archives)
    return names.filter { name in
      name.hasSuffix(temporarySuffix)
        || (name.hasSuffix(Self.checksumSuffix)
          && !names.contains(String(name.dropLast(Self.checksumSuffix.count))))
    }
  }
}

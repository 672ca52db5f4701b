import SparseIndex
import StorageIO

/// The bytes of a manifest, as `docs/formats/manifest.md` describes them.
package enum ManifestFormat {
  package static let magic = Array("KINDMAN\n".utf8)
  package static let version: UInt32 = 1
  /// How much of a segment file's end its entry's checksum covers.
  package static let tailByteCount = 64
  /// The points of all segments: they bound the memory that a manifest's deleted points take.
  package static let maxPointCount = Int(UInt32.max)
  /// A repair takes no number from a file beyond this, so that there is room to count on.
  static let numberLimit = LogFormat.numberLimit

  private enum DeletedPoints: UInt8 {
    case noPoints = 0
    case list = 1
    case bitmap = 2
  }

  package static func tailChecksum(_ file: SharedBytes) -> UInt32 {
    CRC32C.checksum(file.slice(max(0, file.count - tailByteCount)..<file.count))
  }

  // MARK: Encoding

  package static func encode(_ manifest: Manifest) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes(magic)
    writer.u32(version)
    writer.u32(0)
    writer.u64(manifest.storeIdentity)
    writer.u64(manifest.flushedSequenceNumber)
    writer.u64(manifest.firstLogNumber)
    writer.u64(manifest.nextSegmentNumber)
    writer.u64(manifest.nextCollectionIdentity)
    writer.u32(UInt32(manifest.aliases.count))
    for (alias, name) in manifest.aliases.sorted(by: { $0.key < $1.key }) {
      writer.text(Array(alias.utf8))
      writer.text(Array(name.utf8))
    }
    writer.u32(UInt32(manifest.collections.count))
    for collection in manifest.collections {
      writer.u64(collection.identity)
      writer.text(Array(collection.name.utf8))
      writer.text(collection.configuration.encoded)
      writer.u32(UInt32(collection.segments.count))
      for segment in collection.segments { append(segment, to: &writer) }
    }
    writer.replaceU32(at: 12, with: UInt32(writer.byteCount + 4))
    writer.u32(CRC32C.checksum(writer.contents))
    return writer.contents
  }

  private static func append(_ segment: Manifest.Segment, to writer: inout ByteWriter) {
    writer.u64(segment.number)
    writer.u64(UInt64(segment.byteCount))
    writer.u32(UInt32(segment.pointCount))
    writer.u32(segment.tailChecksum)
    guard let deleted = segment.deleted, !deleted.isEmpty else {
      writer.u8(DeletedPoints.noPoints.rawValue)
      return
    }
    precondition(deleted.count == segment.pointCount)
    let memberCount = deleted.memberCount
    if memberCount * 4 < deleted.words.count * 8 {
      writer.u8(DeletedPoints.list.rawValue)
      writer.u32(UInt32(memberCount))
      deleted.forEach { writer.u32(UInt32($0)) }
    } else {
      writer.u8(DeletedPoints.bitmap.rawValue)
      for word in deleted.words { writer.u64(word) }
    }
  }

  // MARK: Decoding

  /// - Throws: `.newerFormat`, or `.corrupt` for anything but a whole manifest.
  package static func decode(_ bytes: SharedBytes, path: String) throws(StorageError) -> Manifest {
    try checkHead(bytes, fileByteCount: bytes.count, path: path)
    let end = bytes.count - 4
    guard CRC32C.checksum(bytes.slice(0..<end)) == bytes.load(at: end, as: UInt32.self) else {
      throw .corrupt(path: path, offset: end, expected: "the checksum of the manifest")
    }
    var reader = ByteReader(bytes.slice(16..<end), path: path, fileOffset: 16)
    let manifest = try readBody(&reader)
    try reader.expectEnd()
    return manifest
  }

  /// Reads a file, whatever it is: all of it only where it is as long as its head says.
  package static func read(
    _ path: String, in fileSystem: any FileSystem
  ) throws(StorageError) -> Manifest {
    let file = try fileSystem.open(path, .read)
    defer { file.close() }
    try checkHead(file.readAll(upTo: 16), fileByteCount: file.byteCount(), path: path)
    return try decode(file.readAll(), path: path)
  }

  private static func checkHead(
    _ bytes: SharedBytes, fileByteCount: Int, path: String
  ) throws(StorageError) {
    var reader = ByteReader(bytes, path: path)
    guard try reader.bytes(8).array == magic else {
      throw .corrupt(path: path, offset: 0, expected: "a manifest")
    }
    let version = try reader.u32()
    guard version <= Self.version else {
      throw .newerFormat(path: path, found: version, supported: Self.version)
    }
    guard version == Self.version, Int(try reader.u32()) == fileByteCount, fileByteCount > 20
    else {
      throw .corrupt(path: path, offset: 8, expected: "format version and length of a manifest")
    }
  }

  private static func readBody(_ reader: inout ByteReader) throws(StorageError) -> Manifest {
    var manifest = Manifest(storeIdentity: try reader.u64())
    manifest.flushedSequenceNumber = try reader.number()
    manifest.firstLogNumber = try reader.number()
    manifest.nextSegmentNumber = try reader.number()
    manifest.nextCollectionIdentity = try reader.number()
    for _ in 0..<(try reader.u32()) {
      let alias = try reader.text()
      manifest.aliases[alias] = ByteString(try reader.text())
    }
    var room = maxPointCount
    for _ in 0..<(try reader.u32()) {
      let identity = try reader.number()
      let name = try reader.text()
      let length = Int(try reader.u32())
      guard let configuration = CollectionConfiguration(encoded: try reader.bytes(length)) else {
        throw reader.corrupt("a collection's configuration")
      }
      var collection = Manifest.Collection(
        identity: identity, name: name, configuration: configuration)
      for _ in 0..<(try reader.u32()) {
        collection.segments.append(try readSegment(&reader, room: &room))
      }
      manifest.collections.append(collection)
    }
    return manifest
  }

  /// - Parameter room: how many points more there may be.
  private static func readSegment(
    _ reader: inout ByteReader, room: inout Int
  ) throws(StorageError) -> Manifest.Segment {
    let number = try reader.number()
    let byteCount = try reader.u64()
    guard byteCount <= UInt64(Int.max) else { throw reader.corrupt("a file size") }
    var segment = Manifest.Segment(
      number: number, byteCount: Int(byteCount), pointCount: Int(try reader.u32()),
      tailChecksum: try reader.u32())
    guard segment.pointCount <= room else { throw reader.corrupt("fewer points in all") }
    room -= segment.pointCount
    switch DeletedPoints(rawValue: try reader.u8()) {
    case .noPoints?: break
    case .list?:
      let count = Int(try reader.u32())
      guard count <= reader.remainingByteCount / 4, segment.pointCount <= segment.byteCount else {
        throw reader.corrupt("point offsets")
      }
      var mask = PointMask(count: segment.pointCount)
      for _ in 0..<count {
        let offset = Int(try reader.u32())
        guard offset < mask.count else { throw reader.corrupt("a point offset") }
        mask[offset] = true
      }
      segment.deleted = mask
    case .bitmap?:
      let wordCount = (segment.pointCount + 63) / 64
      let bytes = try reader.bytes(wordCount * 8)
      var mask = PointMask(count: segment.pointCount)
      mask.fillWords { bytes.load(at: $0 * 8) }
      segment.deleted = mask
    case nil: throw reader.corrupt("how deleted points are coded")
    }
    return segment
  }
}

extension ByteWriter {
  /// A u32 byte count and the bytes.
  fileprivate mutating func text(_ utf8: [UInt8]) {
    u32(UInt32(utf8.count))
    bytes(utf8)
  }
}

extension ByteReader {
  /// A number that others are counted on from.
  fileprivate mutating func number() throws(StorageError) -> UInt64 {
    let number = try u64()
    guard number <= UInt64(Int64.max) else { throw corrupt("a number below 2^63") }
    return number
  }

  fileprivate mutating func text() throws(StorageError) -> String {
    let length = Int(try u32())
    let bytes = try bytes(length)
    guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
      throw corrupt("UTF-8 text")
    }
    return text
  }
}

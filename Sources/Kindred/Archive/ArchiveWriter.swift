import SparseIndex
import StorageIO

/// Writes an archive file: header, one image a collection, directory, footer.
enum ArchiveWriter {
  static func write(
    _ collections: [CollectionState], aliases: [ByteString: ByteString], isOfStorage: Bool,
    created: String, into sink: inout some ByteSink
  ) throws(StorageError) {
    let header = ArchiveFormat.header
    try append(header, to: &sink)
    var contents = ArchiveContents(
      created: created, isOfStorage: isOfStorage, aliases: aliases, collections: [])
    for collection in collections {
      let live = collection.segments.map(\.live).filter { $0.livePointCount > 0 }
      var entry = ArchiveContents.Collection(
        name: collection.name, identity: collection.identity,
        configuration: collection.configuration,
        pointCount: live.reduce(0) { $0 + $1.livePointCount }, image: nil)
      if !live.isEmpty {
        let excess = sink.byteCount % ArchiveFormat.alignment
        if excess > 0 {
          try append([UInt8](repeating: 0, count: ArchiveFormat.alignment - excess), to: &sink)
        }
        let start = sink.byteCount
        try SegmentMerger.merge(
          live, configuration: collection.configuration, collection: collection.identity,
          into: &sink)
        entry.image = start..<sink.byteCount
      }
      contents.collections.append(entry)
    }
    let directory = contents.json.encoded
    var footer = ByteWriter()
    footer.u64(UInt64(sink.byteCount))
    footer.u64(UInt64(directory.count))
    footer.u64(UInt64(sink.byteCount + directory.count + ArchiveFormat.footerByteCount))
    footer.u32(CRC32C.checksum(directory))
    footer.u32(
      footer.contents.withRawBytes {
        CRC32C.checksum($0, continuing: CRC32C.checksum(header))
      })
    footer.u64(ArchiveFormat.magic)
    try append(directory, to: &sink)
    try append(footer.contents, to: &sink)
  }

  private static func append(
    _ bytes: [UInt8], to sink: inout some ByteSink
  ) throws(StorageError) {
    try bytes.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }
}

/// Passes bytes on and keeps their SHA-256.
struct HashingSink<Base: ByteSink>: ByteSink {
  var base: Base
  private(set) var hash = SHA256()

  init(_ base: Base) { self.base = base }

  var byteCount: Int { base.byteCount }
  var bufferedByteCount: Int { base.bufferedByteCount }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    hash.update(bytes)
    try base.append(bytes)
  }
}

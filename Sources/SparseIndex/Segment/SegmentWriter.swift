internal import StorageIO

/// Writes a segment image: header, sections, section table, footer.
struct SegmentWriter<Sink: ByteSink> {
  private var table: [UInt8] = []
  private var sectionCount: UInt32 = 0
  private let start: Int
  private let headerChecksum: UInt32
  private let pointCount: Int

  init(collection: UInt64, pointCount: Int, into sink: inout Sink) throws(StorageError) {
    start = sink.byteCount
    self.pointCount = pointCount
    var header: [UInt8] = []
    header.append(littleEndian: SegmentFormat.magic)
    header.append(littleEndian: SegmentFormat.version)
    header.append(littleEndian: UInt32(0))
    header.append(littleEndian: collection)
    header.append(littleEndian: UInt64(pointCount))
    headerChecksum = header.withRawBytes { CRC32C.checksum($0) }
    try header.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }

  /// - Parameter field: the vector name's place in the names section; 0 for other kinds.
  mutating func append(
    _ kind: SegmentFormat.SectionKind, field: Int = 0, _ bytes: [UInt8], into sink: inout Sink
  ) throws(StorageError) {
    try pad(&sink)
    table.append(littleEndian: kind.rawValue)
    table.append(littleEndian: UInt16(field))
    table.append(littleEndian: bytes.withRawBytes { CRC32C.checksum($0) })
    table.append(littleEndian: UInt64(sink.byteCount - start))
    table.append(littleEndian: UInt64(bytes.count))
    table.append(littleEndian: UInt64(0))
    sectionCount += 1
    try bytes.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }

  /// The payload section, and what the collection's payload indexes make of it.
  mutating func append(
    payload bytes: [UInt8], indexes: [String: PayloadIndexParameters], into sink: inout Sink
  ) throws(StorageError) {
    try append(.payload, bytes, into: &sink)
    guard !indexes.isEmpty else { return }
    let payload = try PayloadSection(
      SharedBytes(bytes), pointCount: pointCount, path: "payload section", baseOffset: 0)
    try append(
      .payloadIndexes, PayloadIndexWriter.write(payload, indexes: indexes), into: &sink)
  }

  consuming func finish(into sink: inout Sink) throws(StorageError) {
    try pad(&sink)
    let tableOffset = sink.byteCount - start
    var end = table
    end.append(littleEndian: UInt64(tableOffset))
    end.append(littleEndian: sectionCount)
    end.append(littleEndian: table.withRawBytes { CRC32C.checksum($0) })
    end.append(
      littleEndian: UInt64(tableOffset + table.count + SegmentFormat.footerByteCount))
    end.append(littleEndian: headerChecksum)
    let footer = Array(end[table.count...])
    end.append(littleEndian: footer.withRawBytes { CRC32C.checksum($0) })
    end.append(littleEndian: SegmentFormat.magic)
    try end.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }

  private func pad(_ sink: inout Sink) throws(StorageError) {
    let excess = (sink.byteCount - start) % SegmentFormat.alignment
    guard excess > 0 else { return }
    let zeros = [UInt8](repeating: 0, count: SegmentFormat.alignment - excess)
    try zeros.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }
}

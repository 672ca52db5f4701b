internal import StorageIO

/// Writes a segment image: header, sections, section table, footer.
struct SegmentWriter<Sink: ByteSink> {
  private var sections: [Section] = []
  private let start: Int
  private let headerChecksum: UInt32

  private struct Section {
    let kind: SegmentFormat.SectionKind
    let vectorIndex: Int
    let place: Int
    var byteCount = 0
    var checksum: UInt32 = 0
  }

  init(collection: UInt64, pointCount: Int, into sink: inout Sink) throws(StorageError) {
    start = sink.byteCount
    var header: [UInt8] = []
    header.append(littleEndian: SegmentFormat.magic)
    header.append(littleEndian: SegmentFormat.version)
    header.append(littleEndian: UInt32(0))
    header.append(littleEndian: collection)
    header.append(littleEndian: UInt64(pointCount))
    headerChecksum = header.withRawBytes { CRC32C.checksum($0) }
    try header.withRawBytes { (bytes) throws(StorageError) in try sink.append(bytes) }
  }

  /// Begins a section; `write` gives it its bytes.
  /// - Parameter vectorIndex: the vector name's place in the names section; 0 for other kinds.
  mutating func begin(
    _ kind: SegmentFormat.SectionKind, vectorIndex: Int = 0, into sink: inout Sink
  ) throws(StorageError) {
    try pad(&sink)
    sections.append(Section(kind: kind, vectorIndex: vectorIndex, place: sink.byteCount - start))
  }

  /// Appends to the section begun last.
  mutating func write(
    _ bytes: UnsafeRawBufferPointer, into sink: inout Sink
  ) throws(StorageError) {
    let last = sections.count - 1
    sections[last].checksum = CRC32C.checksum(bytes, continuing: sections[last].checksum)
    sections[last].byteCount += bytes.count
    try sink.append(bytes)
  }

  /// A whole section.
  mutating func append(
    _ kind: SegmentFormat.SectionKind, vectorIndex: Int = 0, _ bytes: [UInt8], into sink: inout Sink
  ) throws(StorageError) {
    try begin(kind, vectorIndex: vectorIndex, into: &sink)
    try bytes.withRawBytes { (bytes) throws(StorageError) in try write(bytes, into: &sink) }
  }

  consuming func finish(into sink: inout Sink) throws(StorageError) {
    try pad(&sink)
    let tableOffset = sink.byteCount - start
    var table: [UInt8] = []
    for section in sections {
      table.append(littleEndian: section.kind.rawValue)
      table.append(littleEndian: UInt16(section.vectorIndex))
      table.append(littleEndian: section.checksum)
      table.append(littleEndian: UInt64(section.place))
      table.append(littleEndian: UInt64(section.byteCount))
      table.append(littleEndian: UInt64(0))
    }
    var end = table
    end.append(littleEndian: UInt64(tableOffset))
    end.append(littleEndian: UInt32(sections.count))
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

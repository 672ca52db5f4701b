internal import StorageIO

/// The outer shell of a segment image: header, footer and section table, checked; the sections
/// themselves are opened by their readers.
struct SegmentDirectory {
  struct Section {
    let kind: UInt16
    let field: Int
    let checksum: UInt32
    let bytes: SharedBytes
    /// In the image, for error messages.
    let position: Int
  }

  private struct Key: Hashable {
    let kind: UInt16
    let field: Int
  }

  struct NamedVector {
    let name: String
    let kind: SegmentFormat.VectorKind
  }

  let pointCount: Int
  let sections: [Section]
  /// Where in `sections` the first of a kind and field is.
  private let places: [Key: Int]
  private let path: String
  private let image: SharedBytes
  private let tableOffset: Int

  init(_ bytes: SharedBytes, path: String, collection: UInt64) throws(StorageError) {
    self.path = path
    image = bytes
    func corrupt(_ offset: Int, _ expected: String) -> StorageError {
      .corrupt(path: path, offset: offset, expected: expected)
    }
    let footerByteCount = SegmentFormat.footerByteCount
    guard bytes.count >= SegmentFormat.headerByteCount + footerByteCount else {
      throw corrupt(bytes.count, "a segment header and footer")
    }
    guard bytes.load(at: 0, as: UInt64.self) == SegmentFormat.magic else {
      throw corrupt(0, "the magic of a segment")
    }
    let footerOffset = bytes.count - footerByteCount
    let footer = bytes.slice(footerOffset..<bytes.count)
    func checksum(_ range: Range<Int>) -> UInt32 {
      bytes.slice(range).withUnsafeBytes { CRC32C.checksum($0) }
    }
    let isFooterWhole =
      footer.load(at: 28, as: UInt32.self) == checksum(footerOffset..<footerOffset + 28)
    let isHeaderWhole =
      footer.load(at: 24, as: UInt32.self) == checksum(0..<SegmentFormat.headerByteCount)
    let version = bytes.load(at: 8, as: UInt32.self)
    // A whole footer of this version beside a header that it does not know: the version is damaged.
    guard version <= SegmentFormat.version || (isFooterWhole && !isHeaderWhole) else {
      throw .newerFormat(path: path, found: version, supported: SegmentFormat.version)
    }
    guard footer.load(at: 32, as: UInt64.self) == SegmentFormat.magic else {
      throw corrupt(footerOffset + 32, "the magic of a segment: the file is cut short")
    }
    guard isFooterWhole else { throw corrupt(footerOffset, "a footer with its checksum") }
    guard isHeaderWhole else { throw corrupt(0, "a header with its checksum") }
    guard footer.load(at: 16, as: UInt64.self) == UInt64(bytes.count) else {
      throw corrupt(footerOffset + 16, "the file's size")
    }
    guard bytes.load(at: 16, as: UInt64.self) == collection else {
      throw corrupt(16, "a segment of this collection")
    }
    let sectionCount = Int(footer.load(at: 8, as: UInt32.self))
    tableOffset = footerOffset - sectionCount * SegmentFormat.tableEntryByteCount
    guard tableOffset >= SegmentFormat.headerByteCount,
      footer.load(at: 0, as: UInt64.self) == UInt64(tableOffset),
      footer.load(at: 12, as: UInt32.self) == checksum(tableOffset..<footerOffset)
    else { throw corrupt(tableOffset, "a section table with its checksum") }
    let count = bytes.load(at: 24, as: UInt64.self)
    guard count < UInt64(UInt32.max) else { throw corrupt(24, "a number of points") }
    pointCount = Int(count)
    var sections: [Section] = []
    for index in 0..<sectionCount {
      let entry = tableOffset + index * SegmentFormat.tableEntryByteCount
      let start = bytes.load(at: entry + 8, as: UInt64.self)
      let length = bytes.load(at: entry + 16, as: UInt64.self)
      guard start <= UInt64(tableOffset), length <= UInt64(tableOffset) - start else {
        throw corrupt(entry + 8, "a section within the file")
      }
      sections.append(
        Section(
          kind: bytes.load(at: entry, as: UInt16.self),
          field: Int(bytes.load(at: entry + 2, as: UInt16.self)),
          checksum: bytes.load(at: entry + 4, as: UInt32.self),
          bytes: bytes.slice(Int(start)..<Int(start) + Int(length)), position: Int(start)))
    }
    self.sections = sections
    places = Dictionary(
      sections.enumerated().map { (Key(kind: $1.kind, field: $1.field), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Checks the checksum of every section, and that nothing but zeros lies between them, so that
  /// every byte of the image is accounted for.
  func verify() throws(StorageError) {
    var end = SegmentFormat.headerByteCount
    for section in sections {
      try checkPadding(from: end, to: section.position)
      end = section.position + section.bytes.count
      guard checksum(of: section) == section.checksum else {
        throw .corrupt(
          path: path, offset: section.position,
          expected: "section \(section.kind) with its checksum")
      }
    }
    try checkPadding(from: end, to: tableOffset)
  }

  /// Reads a part after the other, and keeps no part of a mapped file in memory.
  private func checksum(of section: Section) -> UInt32 {
    let partByteCount = 16 << 20
    guard section.bytes.count > partByteCount else {
      return section.bytes.withUnsafeBytes { CRC32C.checksum($0) }
    }
    var checksum: UInt32 = 0
    for start in stride(from: 0, to: section.bytes.count, by: partByteCount) {
      let part = section.bytes.slice(start..<min(start + partByteCount, section.bytes.count))
      checksum = part.withUnsafeBytes { CRC32C.checksum($0, continuing: checksum) }
      image.releasePages()
    }
    return checksum
  }

  private func checkPadding(from start: Int, to end: Int) throws(StorageError) {
    guard 0..<SegmentFormat.alignment ~= end - start,
      image.slice(start..<end).withUnsafeBytes({ $0.allSatisfy { $0 == 0 } })
    else {
      throw .corrupt(path: path, offset: start, expected: "zeros up to the next section")
    }
  }

  func section(
    _ kind: SegmentFormat.SectionKind, field: Int = 0
  ) throws(StorageError) -> Section {
    guard let section = optionalSection(kind, field: field) else {
      throw .corrupt(path: path, offset: 0, expected: "a section of kind \(kind)")
    }
    return section
  }

  func optionalSection(_ kind: SegmentFormat.SectionKind, field: Int = 0) -> Section? {
    places[Key(kind: kind.rawValue, field: field)].map { sections[$0] }
  }

  /// The vector names, in the order that sections refer to.
  func fields() throws(StorageError) -> [NamedVector] {
    let section = try section(.names)
    var reader = ByteReader(section.bytes, path: path, fileOffset: section.position)
    var fields: [NamedVector] = []
    let count = try reader.u16()
    for _ in 0..<count {
      let kind = try reader.u8()
      guard let kind = SegmentFormat.VectorKind(rawValue: kind) else {
        throw .corrupt(path: path, offset: section.position, expected: "a kind of vector")
      }
      let length = try reader.u16()
      let bytes = try reader.bytes(Int(length))
      guard let name = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
        throw reader.corrupt("a vector name in UTF-8")
      }
      fields.append(NamedVector(name: name, kind: kind))
    }
    return fields
  }

  static func encode(_ fields: [NamedVector]) -> [UInt8] {
    precondition(fields.count <= SegmentLimits.vectorCount, "more vectors than a segment can hold")
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt16(fields.count))
    for field in fields {
      precondition(
        field.name.utf8.count <= SegmentLimits.vectorNameByteCount, "names are checked before")
      bytes.append(field.kind.rawValue)
      bytes.append(littleEndian: UInt16(field.name.utf8.count))
      bytes.append(contentsOf: field.name.utf8)
    }
    return bytes
  }
}

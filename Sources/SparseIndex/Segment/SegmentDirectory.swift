internal import StorageIO

/// The outer shell of a segment image: header, footer and section table, checked; the sections
/// themselves are compared with their checksums and opened by their readers.
struct SegmentDirectory {
  struct Section {
    /// The place in `sections`.
    let index: Int
    let kind: UInt16
    let vectorIndex: Int
    let checksum: UInt32
    let bytes: SharedBytes
    /// The place in the image, for error messages.
    let position: Int
    /// Where the zeros before it begin.
    let paddingStart: Int
  }

  private struct Key: Hashable {
    let kind: UInt16
    let vectorIndex: Int
  }

  struct NamedVector {
    let name: String
    let kind: SegmentFormat.VectorKind
  }

  let pointCount: Int
  let sections: [Section]
  /// Where in `sections` the first of a kind and vector name is.
  private let places: [Key: Int]
  private let path: String
  private let image: SharedBytes
  /// The zeros between the last section and the table.
  private let lastPadding: Range<Int>

  init(_ bytes: SharedBytes, path: String, collection: UInt64) throws(StorageError) {
    self.path = path
    image = bytes
    func corrupt(_ offset: Int, _ expected: String) -> StorageError {
      .corrupt(path: path, offset: offset, expected: expected)
    }
    typealias HeaderOffset = SegmentFormat.HeaderOffset
    typealias TableOffset = SegmentFormat.TableOffset
    typealias FooterOffset = SegmentFormat.FooterOffset
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
      footer.load(at: FooterOffset.checksum, as: UInt32.self)
      == checksum(footerOffset..<footerOffset + FooterOffset.checksum)
    let isHeaderWhole =
      footer.load(at: FooterOffset.headerChecksum, as: UInt32.self)
      == checksum(0..<SegmentFormat.headerByteCount)
    let version = bytes.load(at: HeaderOffset.version, as: UInt32.self)
    // A whole footer of this version beside a header that it does not know: the version is damaged.
    guard version <= SegmentFormat.version || (isFooterWhole && !isHeaderWhole) else {
      throw .newerFormat(path: path, found: version, supported: SegmentFormat.version)
    }
    guard footer.load(at: FooterOffset.magic, as: UInt64.self) == SegmentFormat.magic else {
      throw corrupt(
        footerOffset + FooterOffset.magic, "the magic of a segment: the file is cut short")
    }
    guard isFooterWhole else { throw corrupt(footerOffset, "a footer with its checksum") }
    guard isHeaderWhole else { throw corrupt(0, "a header with its checksum") }
    guard footer.load(at: FooterOffset.imageByteCount, as: UInt64.self) == UInt64(bytes.count)
    else { throw corrupt(footerOffset + FooterOffset.imageByteCount, "the file's size") }
    guard bytes.load(at: HeaderOffset.collection, as: UInt64.self) == collection else {
      throw corrupt(HeaderOffset.collection, "a segment of this collection")
    }
    let sectionCount = Int(footer.load(at: FooterOffset.sectionCount, as: UInt32.self))
    let tableOffset = footerOffset - sectionCount * SegmentFormat.tableEntryByteCount
    guard tableOffset >= SegmentFormat.headerByteCount,
      footer.load(at: FooterOffset.tableOffset, as: UInt64.self) == UInt64(tableOffset),
      footer.load(at: FooterOffset.tableChecksum, as: UInt32.self)
        == checksum(tableOffset..<footerOffset)
    else { throw corrupt(tableOffset, "a section table with its checksum") }
    let count = bytes.load(at: HeaderOffset.pointCount, as: UInt64.self)
    guard count < UInt64(UInt32.max) else {
      throw corrupt(HeaderOffset.pointCount, "a number of points")
    }
    pointCount = Int(count)
    var sections: [Section] = []
    var end = SegmentFormat.headerByteCount
    func checkPadding(upTo start: Int) throws(StorageError) {
      guard 0..<SegmentFormat.alignment ~= start - end else {
        throw corrupt(end, "zeros up to the next section")
      }
    }
    for index in 0..<sectionCount {
      let entry = tableOffset + index * SegmentFormat.tableEntryByteCount
      let start = bytes.load(at: entry + TableOffset.place, as: UInt64.self)
      let length = bytes.load(at: entry + TableOffset.byteCount, as: UInt64.self)
      guard start <= UInt64(tableOffset), length <= UInt64(tableOffset) - start else {
        throw corrupt(entry + TableOffset.place, "a section within the file")
      }
      try checkPadding(upTo: Int(start))
      sections.append(
        Section(
          index: index, kind: bytes.load(at: entry + TableOffset.kind, as: UInt16.self),
          vectorIndex: Int(bytes.load(at: entry + TableOffset.vectorIndex, as: UInt16.self)),
          checksum: bytes.load(at: entry + TableOffset.checksum, as: UInt32.self),
          bytes: bytes.slice(Int(start)..<Int(start) + Int(length)), position: Int(start),
          paddingStart: end))
      end = Int(start) + Int(length)
    }
    try checkPadding(upTo: tableOffset)
    lastPadding = end..<tableOffset
    self.sections = sections
    places = Dictionary(
      sections.enumerated().map { (Key(kind: $1.kind, vectorIndex: $1.vectorIndex), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Compares every section with its checksum, and the zeros between them: with the shell, every byte
  /// of the image is accounted for.
  /// - Returns: false when the read is over before.
  func verify(for context: ReadContext = .unlimited) throws(StorageError) -> Bool {
    for section in sections {
      guard try checksum(of: section).compare(for: context) else { return false }
    }
    try verifyLastPadding()
    return true
  }

  func verifyLastPadding() throws(StorageError) {
    guard image.isZero(in: lastPadding) else {
      throw .corrupt(
        path: path, offset: lastPadding.lowerBound, expected: "zeros up to the section table")
    }
  }

  func checksum(of section: Section) -> SectionChecksum {
    SectionChecksum(section, of: image, path: path)
  }

  func section(
    _ kind: SegmentFormat.SectionKind, vectorIndex: Int = 0
  ) throws(StorageError) -> Section {
    guard let section = optionalSection(kind, vectorIndex: vectorIndex) else {
      throw .corrupt(path: path, offset: 0, expected: "a section of kind \(kind)")
    }
    return section
  }

  func optionalSection(_ kind: SegmentFormat.SectionKind, vectorIndex: Int = 0) -> Section? {
    places[Key(kind: kind.rawValue, vectorIndex: vectorIndex)].map { sections[$0] }
  }

  /// The vector names, in the order that sections refer to.
  func namedVectors() throws(StorageError) -> [NamedVector] {
    let section = try section(.names)
    var reader = ByteReader(section.bytes, path: path, fileOffset: section.position)
    var namedVectors: [NamedVector] = []
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
      namedVectors.append(NamedVector(name: name, kind: kind))
    }
    return namedVectors
  }

  static func encode(_ namedVectors: [NamedVector]) -> [UInt8] {
    precondition(
      namedVectors.count <= SegmentLimits.vectorCount, "more vectors than a segment can hold")
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt16(namedVectors.count))
    for named in namedVectors {
      precondition(
        named.name.utf8.count <= SegmentLimits.vectorNameByteCount, "names are checked before")
      bytes.append(named.kind.rawValue)
      bytes.append(littleEndian: UInt16(named.name.utf8.count))
      bytes.append(contentsOf: named.name.utf8)
    }
    return bytes
  }
}

package import StorageIO

/// The outline of a segment image, for people: its sections and their checksums.
package struct SegmentOutline: Sendable {
  package struct Section: Equatable, Sendable {
    package let kind: String
    /// Which vector it belongs to, for those that belong to one.
    package let vector: String?
    package let position: Int
    package let byteCount: Int
    package let checksum: UInt32
    package let isIntact: Bool
  }

  package let collection: UInt64
  package let version: UInt32
  package let pointCount: Int
  package let sections: [Section]

  /// - Throws: `.corrupt` when header, footer or section table are; damaged sections are only marked.
  package init(_ bytes: SharedBytes, path: String) throws(StorageError) {
    guard bytes.count >= SegmentFormat.headerByteCount else {
      throw .corrupt(path: path, offset: bytes.count, expected: "a segment header and footer")
    }
    version = bytes.load(at: SegmentFormat.HeaderOffset.version)
    collection = bytes.load(at: SegmentFormat.HeaderOffset.collection)
    let directory = try SegmentDirectory(bytes, path: path, collection: collection)
    pointCount = directory.pointCount
    let namedVectors = (try? directory.namedVectors()) ?? []
    sections = directory.sections.map { section in
      let kind = SegmentFormat.SectionKind(rawValue: section.kind)
      let hasVector =
        kind == .postings || kind == .sparseVectors || kind == .denseVectors
      return Section(
        kind: kind.map { "\($0)" } ?? "kind \(section.kind)",
        vector: hasVector && namedVectors.indices.contains(section.vectorIndex)
          ? namedVectors[section.vectorIndex].name : nil,
        position: section.position, byteCount: section.bytes.count, checksum: section.checksum,
        isIntact: section.bytes.withUnsafeBytes { CRC32C.checksum($0) } == section.checksum)
    }
  }
}

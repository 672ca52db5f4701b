/// The layout of a segment image; see docs/formats/segment.md.
enum SegmentFormat {
  /// "KINDSEGM", little-endian.
  static let magic: UInt64 = 0x4D47_4553_444E_494B
  static let version: UInt32 = 4
  static let headerByteCount = 32
  static let tableEntryByteCount = 32
  static let footerByteCount = 40
  /// Sections start at multiples of this.
  static let alignment = 64

  /// Where the fields of the header are.
  enum HeaderOffset {
    static let version = 8
    static let collection = 16
    static let pointCount = 24
  }

  /// Where the fields of the section table's entries are.
  enum TableOffset {
    static let kind = 0
    static let vectorIndex = 2
    static let checksum = 4
    static let place = 8
    static let byteCount = 16
  }

  /// Where the fields of the footer are.
  enum FooterOffset {
    static let tableOffset = 0
    static let sectionCount = 8
    static let tableChecksum = 12
    static let imageByteCount = 16
    static let headerChecksum = 24
    static let checksum = 28
    static let magic = 32
  }

  /// The next place where numbers of eight bytes may begin in a section.
  static func aligned(_ place: Int) -> Int { (place + 7) & ~7 }

  enum SectionKind: UInt16 {
    case names = 1
    case ids = 2
    case payload = 3
    case postings = 4
    case sparseVectors = 5
    case denseVectors = 6
    case payloadIndexes = 7
  }

  enum VectorKind: UInt8 {
    case sparse = 0
    case dense = 1
  }
}

/// The limits of a segment's names section: its lengths and counts are u16.
package enum SegmentLimits {
  package static let vectorNameByteCount = Int(UInt16.max)
  package static let vectorCount = Int(UInt16.max)
}

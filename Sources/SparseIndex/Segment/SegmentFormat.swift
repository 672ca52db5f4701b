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

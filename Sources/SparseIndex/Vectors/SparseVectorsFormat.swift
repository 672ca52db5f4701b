/// The layout of a sparse vectors section; see docs/formats/segment.md.
enum SparseVectorsFormat {
  static let trailerByteCount = 48
  /// Points whose records' places are relative to one 64-bit base.
  static let groupPointCount = 1024
  /// Set in the number of vectors where weights without codes are packed.
  static let packedFlag: UInt64 = 1 << 63

  /// Where the fields of the trailer are.
  enum TrailerOffset {
    static let vectorCount = 0
    static let recordsByteCount = 8
    static let presencePlace = 16
    static let normsPlace = 24
    static let basesPlace = 32
    static let recordOffsetsPlace = 40
  }
}

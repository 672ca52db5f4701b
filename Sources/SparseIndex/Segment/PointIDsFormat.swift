/// The layout of an ids section; see docs/formats/segment.md.
enum PointIDsFormat {
  /// The number of integer ids.
  static let headerByteCount = 8
  /// Set in the number of integer ids when they are consecutive.
  static let consecutiveFlag: UInt64 = 1 << 63
}

/// The layout of a postings section; see docs/segment-format.md.
enum PostingsFormat {
  static let headerByteCount = 64
  static let directoryEntryByteCount = 16

  /// How a list's postings are stored.
  enum ListKind: UInt8 {
    /// Elias-Fano offsets, then packed codes.
    case sparse = 0
    /// Four bits for every point of the segment: 0, or 1 + the code.
    case dense = 1
  }

  /// A list is dense when at least one point in this many has the dimension. At four, a posting
  /// costs at most two bytes, twice what it costs sparse.
  static let denseShare = 4
  /// Codes that fit a dense list.
  static let maxDenseCodeCount = 15
  /// Points in a block of a dense list, which takes half as many bytes.
  static let blockPointCount = 64

  static func isDense(postingCount: Int, pointCount: Int, codeCount: Int) -> Bool {
    codeCount <= maxDenseCodeCount && pointCount >= 2 * blockPointCount
      && postingCount * denseShare >= pointCount
  }

  static func denseByteCount(pointCount: Int) -> Int {
    (pointCount + blockPointCount - 1) / blockPointCount * (blockPointCount / 2)
  }
}

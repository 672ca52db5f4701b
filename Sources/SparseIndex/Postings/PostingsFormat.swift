/// The layout of a postings section; see docs/formats/segment.md.
enum PostingsFormat {
  static let trailerByteCount = 64
  /// Writers hand over what they have made from this size on.
  static let drainByteCount = 1 << 18
  static let directoryEntryByteCount = 16

  /// Where the fields of the trailer are.
  enum TrailerOffset {
    static let dimensionCount = 0
    static let codeCount = 4
    static let isExact = 8
    static let codeBitCount = 12
    static let postingCount = 16
    static let codebookPlace = 24
    static let dimensionsPlace = 32
    static let directoryPlace = 40
    static let listsByteCount = 48
  }

  /// Where the fields of the directory's entries are.
  enum DirectoryOffset {
    static let place = 0
    static let postingCount = 8
    static let kind = 12
    static let leastCode = 13
    static let greatestCode = 14
  }

  /// The form in which a list's postings are stored.
  enum ListKind: UInt8 {
    /// Elias-Fano offsets, then packed codes.
    case gaps = 0
    /// A block code for every point of the segment.
    case nibbles = 1
    /// A bit for every point, then packed codes. Written before version 4 only.
    case bitmap = 2
    /// Like gaps, preceded by a table of groups and the block codes of the groups.
    case grouped = 3
    /// How many pairs of points have postings, then those pairs (see `PairCodes`).
    case pairs = 4
  }

  /// A list has block codes when at least one point in this many has the dimension; where they are
  /// groups, beside which postings are large, in this many.
  private static let blockShare = 9
  private static let groupedShare = 12
  /// From here on there is one for every point: nearly all pairs have a posting then.
  private static let nibblesShare = 2
  /// Codes that fit a block code, which is 4 bits: 0, or 1 + the code.
  static let maxBlockCodeCount = 15
  /// Points in a block, which takes half as many bytes.
  static let blockPointCount = 64
  /// The table of a grouped list: the last code of each group.
  static let groupTableByteCount = 16
  /// The number of pairs before a list of them.
  static let pairCountByteCount = 8

  static func kind(postingCount: Int, pointCount: Int, codebook: WeightCodebook) -> ListKind {
    let share = codebook.isExact ? blockShare : groupedShare
    guard pointCount >= 2 * blockPointCount, postingCount * share >= pointCount else {
      return .gaps
    }
    guard codebook.isExact else { return .grouped }
    guard codebook.codeCount <= maxBlockCodeCount else { return .gaps }
    return postingCount * nibblesShare >= pointCount ? .nibbles : .pairs
  }

  static func blockCount(pointCount: Int) -> Int {
    (pointCount + blockPointCount - 1) / blockPointCount
  }

  static func blockCodesByteCount(pointCount: Int) -> Int {
    blockCount(pointCount: pointCount) * (blockPointCount / 2)
  }

  static func bitmapByteCount(pointCount: Int) -> Int {
    blockCount(pointCount: pointCount) * (blockPointCount / 8)
  }
}

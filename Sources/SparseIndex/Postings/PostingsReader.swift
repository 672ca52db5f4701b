internal import StorageIO

/// The posting lists of one sparse vector name in one segment.
package final class PostingsReader: Sendable {
  package let pointCount: Int
  package let dimensionCount: Int
  package let postingCount: Int
  package let codebook: WeightCodebook
  private let bytes: SharedBytes
  private let dimensionsOffset: Int
  private let directoryOffset: Int
  private let listsByteCount: Int
  private let codeBitCount: Int
  private let ranks: RankTable?

  /// - Parameters:
  ///   - path: of the file, which errors name.
  ///   - position: of the section in it.
  init(_ bytes: SharedBytes, pointCount: Int, path: String, position: Int) throws(StorageError) {
    func corrupt(_ offset: Int, _ expected: String) -> StorageError {
      .corrupt(path: path, offset: position + offset, expected: expected)
    }
    guard bytes.count >= PostingsFormat.trailerByteCount else {
      throw corrupt(0, "a postings trailer")
    }
    self.bytes = bytes
    self.pointCount = pointCount
    let trailer = bytes.count - PostingsFormat.trailerByteCount
    typealias Offset = PostingsFormat.TrailerOffset
    dimensionCount = Int(bytes.load(at: trailer + Offset.dimensionCount, as: UInt32.self))
    let codeCount = Int(bytes.load(at: trailer + Offset.codeCount, as: UInt32.self))
    let isExact = bytes.load(at: trailer + Offset.isExact, as: UInt32.self) == 1
    codeBitCount = Int(bytes.load(at: trailer + Offset.codeBitCount, as: UInt32.self))
    func size(at offset: Int) throws(StorageError) -> Int {
      let value = bytes.load(at: trailer + offset, as: UInt64.self)
      guard value <= UInt64(trailer) else {
        throw corrupt(trailer + offset, "a size within the section")
      }
      return Int(value)
    }
    let count = bytes.load(at: trailer + Offset.postingCount, as: UInt64.self)
    guard count <= UInt64(dimensionCount) * UInt64(max(pointCount, 1)) else {
      throw corrupt(trailer + Offset.postingCount, "a number of postings")
    }
    postingCount = Int(count)
    let codebookOffset = try size(at: Offset.codebookPlace)
    dimensionsOffset = try size(at: Offset.dimensionsPlace)
    directoryOffset = try size(at: Offset.directoryPlace)
    listsByteCount = try size(at: Offset.listsByteCount)
    guard codeCount <= WeightCodebook.maxCodeCount,
      listsByteCount + EliasFanoShape.paddingByteCount <= codebookOffset,
      codebookOffset + codeCount * 8 <= dimensionsOffset,
      dimensionsOffset + dimensionCount * 4 <= directoryOffset,
      directoryOffset + dimensionCount * PostingsFormat.directoryEntryByteCount <= trailer
    else { throw corrupt(trailer + Offset.codebookPlace, "parts within the section") }
    var lower: [Float] = []
    var upper: [Float] = []
    for code in 0..<codeCount {
      lower.append(bytes.load(at: codebookOffset + code * 8, as: Float.self))
      upper.append(bytes.load(at: codebookOffset + code * 8 + 4, as: Float.self))
    }
    codebook = WeightCodebook(isExact: isExact, lower: lower, upper: upper)
    let start = dimensionsOffset
    ranks = RankTable(count: dimensionCount) { bytes.load(at: start + $0 * 4, as: UInt32.self) }
    guard codebook.codeBitCount == codeBitCount else {
      throw corrupt(trailer + Offset.codeBitCount, "the bits of a code")
    }
  }

  /// The dimension of a list, by rank.
  package func dimension(at rank: Int) -> UInt32 {
    bytes.load(at: dimensionsOffset + rank * 4, as: UInt32.self)
  }

  /// The dimensions of all lists, ascending.
  var dimensions: [UInt32] { (0..<dimensionCount).map { dimension(at: $0) } }

  /// Replaces ranks, all below `dimensionCount`, by the dimensions that have them.
  func replaceRanks(_ numbers: UnsafeMutablePointer<UInt32>, count: Int) {
    let dimensions = bytes.base + dimensionsOffset
    for index in 0..<count {
      numbers[index] = dimensions.loadUnaligned(
        fromByteOffset: Int(numbers[index]) &<< 2, as: UInt32.self)
    }
  }

  /// The list of a dimension: its place among the ascending dimensions, or nil when no point has it.
  package func rank(of dimension: UInt32) -> Int? {
    if let ranks { return ranks.rank(of: dimension) }
    let rank = lowerBound(in: 0..<dimensionCount) { self.dimension(at: $0) < dimension }
    return rank < dimensionCount && self.dimension(at: rank) == dimension ? rank : nil
  }

  /// The list at `rank`, valid while this reader is.
  package func list(at rank: Int) -> PostingList {
    guard let list = wholeList(at: rank) else {
      preconditionFailure("a posting list beyond its section")
    }
    return list
  }

  /// Nil when the directory's entry is not one, or the list does not lie within the section.
  func wholeList(at rank: Int) -> PostingList? {
    precondition(rank >= 0 && rank < dimensionCount)
    let entry = directoryOffset + rank * PostingsFormat.directoryEntryByteCount
    typealias Offset = PostingsFormat.DirectoryOffset
    let start = Int(truncatingIfNeeded: bytes.load(at: entry + Offset.place, as: UInt64.self))
    let count = Int(bytes.load(at: entry + Offset.postingCount, as: UInt32.self))
    let leastCode = bytes[entry + Offset.leastCode]
    let greatestCode = bytes[entry + Offset.greatestCode]
    let codeCount = codebook.codeCount
    guard let kind = PostingsFormat.ListKind(rawValue: bytes[entry + Offset.kind]), count > 0,
      count <= pointCount, leastCode <= greatestCode, Int(greatestCode) < codeCount
    else { return nil }
    var pairCount = 0
    if kind == .pairs {
      guard start >= 0, start <= listsByteCount - PostingsFormat.pairCountByteCount else {
        return nil
      }
      let stored = bytes.load(at: start, as: UInt64.self)
      guard stored <= UInt64(count), stored >= UInt64(count + 1) / 2 else { return nil }
      pairCount = Int(stored)
    }
    var shape: EliasFanoShape { EliasFanoShape(count: count, bound: pointCount) }
    let codesByteCount = PackedCodes.byteCount(count: count, bitCount: codeBitCount)
    let blocksByteCount = PostingsFormat.blockCodesByteCount(pointCount: pointCount)
    let groupsByteCount = PostingsFormat.groupTableByteCount + blocksByteCount
    let (offsetsByte, codesByte, byteCount) =
      switch kind {
      case .gaps: (0, shape.byteCount, shape.byteCount + codesByteCount)
      case .nibbles: (0, 0, blocksByteCount)
      case .bitmap:
        (
          0, PostingsFormat.bitmapByteCount(pointCount: pointCount),
          PostingsFormat.bitmapByteCount(pointCount: pointCount) + codesByteCount
        )
      case .grouped:
        (
          groupsByteCount, groupsByteCount + shape.byteCount,
          groupsByteCount + shape.byteCount + codesByteCount
        )
      case .pairs:
        (
          PostingsFormat.pairCountByteCount,
          PostingsFormat.pairCountByteCount + PairCodes.maskByteCount(pointCount: pointCount),
          PostingsFormat.pairCountByteCount + PairCodes.maskByteCount(pointCount: pointCount)
            + pairCount
        )
      }
    guard start >= 0, start <= listsByteCount - byteCount else { return nil }
    let base = bytes.base + start
    return PostingList(
      kind: kind, count: count, pairCount: pairCount, pointCount: pointCount,
      codeBitCount: codeBitCount,
      leastCode: leastCode, greatestCode: greatestCode, offsets: base + offsetsByte,
      codes: base + codesByte,
      blockCodes: kind == .nibbles
        ? base : kind == .grouped ? base + PostingsFormat.groupTableByteCount : nil)
  }
}

/// The postings of one dimension. Holds bare pointers: valid while its segment is.
package struct PostingList {
  let kind: PostingsFormat.ListKind
  /// How many points have the dimension.
  package let count: Int
  /// In a list of pairs, the number of pairs that have a posting.
  let pairCount: Int
  package let pointCount: Int
  let codeBitCount: Int
  /// The least and the greatest code in the list, which bound its weights.
  package let leastCode: UInt8
  package let greatestCode: UInt8
  /// Elias-Fano offsets, the bitmap, or the mask of the pairs.
  let offsets: UnsafeRawPointer
  /// Packed codes, one a posting, or the pairs.
  let codes: UnsafeRawPointer
  /// Where the block codes of all points lie, if they are stored.
  let blockCodes: UnsafeRawPointer?

  /// Whether a window of the list can be had as block codes, 4 bits for every point: 0 where it lacks
  /// the dimension, else 1 + its code, or 1 + its group in a grouped list.
  var hasBlockCodes: Bool { kind != .gaps }

  /// The codes that a block code stands for; nil for a block code that does not occur.
  func codes(of blockCode: Int) -> ClosedRange<Int>? {
    guard kind == .grouped else {
      let code = blockCode - 1
      return Int(leastCode)...Int(greatestCode) ~= code ? code...code : nil
    }
    let table = blockCodes! - PostingsFormat.groupTableByteCount
    func last(_ group: Int) -> Int { Int(table.load(fromByteOffset: group, as: UInt8.self)) }
    let first = blockCode == 1 ? Int(leastCode) : last(blockCode - 2) + 1
    let end = min(last(blockCode - 1), Int(greatestCode))
    return first <= end ? first...end : nil
  }
}

/// Block codes from a pointer to those of the first point.
enum BlockCodes {
  @inline(__always)
  static func code(at position: Int, in start: UnsafeRawPointer) -> UInt8 {
    let byte = start.load(fromByteOffset: position &>> 1, as: UInt8.self)
    return byte &>> UInt8(truncatingIfNeeded: (position & 1) &<< 2) & 15
  }
}

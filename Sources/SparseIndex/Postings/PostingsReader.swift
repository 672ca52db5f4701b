internal import StorageIO

/// The posting lists of one sparse vector name in one segment.
package struct PostingsReader: Sendable {
  package let pointCount: Int
  package let dimensionCount: Int
  package let postingCount: Int
  package let codebook: WeightCodebook
  private let bytes: SharedBytes
  private let dimensionsOffset: Int
  private let directoryOffset: Int
  private let listsOffset: Int
  private let listsByteCount: Int
  private let codeBitCount: Int

  /// - Parameters:
  ///   - section: how errors name the place.
  init(_ bytes: SharedBytes, pointCount: Int, path: String, position: Int) throws(StorageError) {
    func corrupt(_ offset: Int, _ expected: String) -> StorageError {
      .corrupt(path: path, offset: position + offset, expected: expected)
    }
    guard bytes.count >= PostingsFormat.headerByteCount else {
      throw corrupt(0, "a postings header")
    }
    self.bytes = bytes
    self.pointCount = pointCount
    dimensionCount = Int(bytes.load(at: 0, as: UInt32.self))
    let codeCount = Int(bytes.load(at: 4, as: UInt32.self))
    let isExact = bytes.load(at: 8, as: UInt32.self) == 1
    codeBitCount = Int(bytes.load(at: 12, as: UInt32.self))
    func size(at offset: Int) throws(StorageError) -> Int {
      let value = bytes.load(at: offset, as: UInt64.self)
      guard value <= UInt64(bytes.count) else { throw corrupt(offset, "a size within the section") }
      return Int(value)
    }
    let count = bytes.load(at: 16, as: UInt64.self)
    guard count <= UInt64(dimensionCount) * UInt64(max(pointCount, 1)) else {
      throw corrupt(16, "a number of postings")
    }
    postingCount = Int(count)
    let codebookOffset = try size(at: 24)
    dimensionsOffset = try size(at: 32)
    directoryOffset = try size(at: 40)
    listsOffset = try size(at: 48)
    listsByteCount = try size(at: 56)
    guard codeCount <= WeightCodebook.maxCodeCount,
      codebookOffset + codeCount * 8 <= dimensionsOffset,
      dimensionsOffset + dimensionCount * 4 <= directoryOffset,
      directoryOffset + dimensionCount * PostingsFormat.directoryEntryByteCount <= listsOffset,
      listsOffset + listsByteCount + EliasFanoShape.paddingByteCount <= bytes.count
    else { throw corrupt(24, "parts within the section") }
    var lower: [Float] = []
    var upper: [Float] = []
    for code in 0..<codeCount {
      lower.append(bytes.load(at: codebookOffset + code * 8, as: Float.self))
      upper.append(bytes.load(at: codebookOffset + code * 8 + 4, as: Float.self))
    }
    codebook = WeightCodebook(isExact: isExact, lower: lower, upper: upper)
    guard codebook.codeBitCount == codeBitCount else { throw corrupt(12, "the bits of a code") }
  }

  /// The dimension of a list, by rank.
  package func dimension(at rank: Int) -> UInt32 {
    bytes.load(at: dimensionsOffset + rank * 4, as: UInt32.self)
  }

  /// The list of a dimension: its place among the ascending dimensions, or nil when no point has it.
  package func rank(of dimension: UInt32) -> Int? {
    var low = 0
    var high = dimensionCount
    while low < high {
      let middle = (low + high) / 2
      if self.dimension(at: middle) < dimension { low = middle + 1 } else { high = middle }
    }
    return low < dimensionCount && self.dimension(at: low) == dimension ? low : nil
  }

  /// The list at `rank`, valid while this reader is.
  package func list(at rank: Int) -> PostingList {
    precondition(rank >= 0 && rank < dimensionCount)
    let entry = directoryOffset + rank * PostingsFormat.directoryEntryByteCount
    let start = Int(truncatingIfNeeded: bytes.load(at: entry, as: UInt64.self))
    let count = Int(bytes.load(at: entry + 8, as: UInt32.self))
    let isDense = bytes[entry + 12] == PostingsFormat.ListKind.dense.rawValue
    let shape = EliasFanoShape(count: min(count, pointCount), bound: pointCount)
    let byteCount =
      isDense
      ? PostingsFormat.denseByteCount(pointCount: pointCount)
      : shape.byteCount + PackedCodes.byteCount(count: count, bitCount: codeBitCount)
    precondition(
      count > 0 && count <= pointCount && start >= 0 && start <= listsByteCount - byteCount,
      "a posting list beyond its section")
    return PostingList(
      start: bytes.base + listsOffset + start, count: count, pointCount: pointCount,
      isDense: isDense, codeBitCount: codeBitCount,
      codesOffset: shape.byteCount, leastCode: bytes[entry + 13], greatestCode: bytes[entry + 14])
  }
}

/// The postings of one dimension. Holds a bare pointer: valid while its segment is.
package struct PostingList {
  package let start: UnsafeRawPointer
  /// How many points have the dimension.
  package let count: Int
  package let pointCount: Int
  package let isDense: Bool
  let codeBitCount: Int
  let codesOffset: Int
  /// The least and the greatest code in the list, which bound its weights.
  package let leastCode: UInt8
  package let greatestCode: UInt8

  /// A dense list's code of the point at `offset`: 0 when it lacks the dimension, else 1 + its code.
  @inline(__always)
  package func denseCode(at offset: Int) -> UInt8 {
    let byte = start.load(fromByteOffset: (offset &>> 6) &<< 5 &+ (offset & 31), as: UInt8.self)
    return byte &>> UInt8(truncatingIfNeeded: (offset & 32) &>> 3) & 15
  }
}

/// Walks a posting list from front to back, a window of points at a time.
package struct PostingCursor {
  private let list: PostingList
  private var offsets: EliasFanoCursor?
  private var denseOffset = 0

  package init(_ list: PostingList) {
    self.list = list
    if !list.isDense {
      offsets = EliasFanoCursor(list.start, count: list.count, bound: list.pointCount)
    }
  }

  /// Writes the postings at offsets below `limit` that have not been read; both outputs have room
  /// for as many as there can be.
  /// - Returns: how many.
  package mutating func decode(
    below limit: Int, offsets output: UnsafeMutablePointer<UInt32>,
    codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    guard let first = offsets?.index else { return decodeDense(below: limit, output, codes) }
    let count = offsets!.decode(below: limit, into: output)
    PackedCodes.decode(
      list.start + list.codesOffset, first: first, count: count, bitCount: list.codeBitCount,
      into: codes)
    return count
  }

  private mutating func decodeDense(
    below limit: Int, _ output: UnsafeMutablePointer<UInt32>, _ codes: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    let end = min(limit, list.pointCount)
    while denseOffset < end {
      let code = list.denseCode(at: denseOffset)
      if code != 0 {
        output[count] = UInt32(truncatingIfNeeded: denseOffset)
        codes[count] = code &- 1
        count &+= 1
      }
      denseOffset &+= 1
    }
    return count
  }
}

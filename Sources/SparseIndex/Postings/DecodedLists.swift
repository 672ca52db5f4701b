internal import StorageIO

/// Posting lists of a segment, decoded in memory: of small segments into a block code for every point, which
/// are added up and looked up where they lie; of larger ones, where that would be more than the caches of the
/// processor hold, gaps and bitmaps into pairs (`PairCodes`).
final class DecodedLists: @unchecked Sendable {
  // Sendable: nothing changes after `init`; lists point into `blockCodes`, which is kept, and are used
  // while the segment is.

  let byteCount: Int
  private let blockCodes: SharedBytes
  private let lists: [PostingList]
  /// For each rank 0, or 1 + the index of its list.
  private let indexes: [UInt32]

  /// Lists with less than one point in this number are added up as fast posting by posting.
  private static let minShare = 128
  /// Segments of more points keep pairs.
  private static let maxPointCountOfNibbles = 1 << 14

  /// - Parameter limit: in bytes; where it does not suffice, lists of many postings come first.
  /// - Returns: nil when nothing fits, also into the machine's memory.
  init?(_ postings: PostingsReader, upTo limit: Int) {
    let indexesByteCount = postings.dimensionCount * MemoryLayout<UInt32>.stride
    guard limit > indexesByteCount else { return nil }
    var byteCount = indexesByteCount
    let chosen = Self.worthwhile(postings)
      .sorted { $0.list.count > $1.list.count }
      .prefix { list in
        let more = Self.byteCount(of: list.list)
        guard more <= limit - byteCount else { return false }
        byteCount += more
        return true
      }
    guard !chosen.isEmpty else { return nil }
    var lists: [PostingList] = []
    var indexes = [UInt32](repeating: 0, count: postings.dimensionCount)
    let bytes = SharedBytes(
      whereRoomFor: chosen.reduce(0) { $0 + Self.codesByteCount(of: $1.list) },
      inHugePages: true
    ) { buffer in
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      var start = buffer.baseAddress!
      for (rank, list) in chosen {
        lists.append(list.decoded(into: start, asPairs: Self.keepsPairs(list.pointCount)))
        indexes[rank] = UInt32(lists.count)
        start += Self.codesByteCount(of: list)
      }
      return buffer.count
    }
    guard let bytes else { return nil }
    blockCodes = bytes
    self.lists = lists
    self.indexes = indexes
    self.byteCount = byteCount
  }

  /// How many bytes all of the lists take that are worth decoding.
  static func byteCount(_ postings: PostingsReader) -> Int {
    let lists = worthwhile(postings)
    return lists.isEmpty
      ? 0
      : lists.reduce(postings.dimensionCount * MemoryLayout<UInt32>.stride) {
        $0 + byteCount(of: $1.list)
      }
  }

  /// The list at a rank, if it has been decoded.
  @inline(__always)
  func list(at rank: Int) -> PostingList? {
    let index = Int(indexes[rank])
    return index == 0 ? nil : lists[index &- 1]
  }

  private static func keepsPairs(_ pointCount: Int) -> Bool {
    pointCount > maxPointCountOfNibbles
  }

  private static func byteCount(of list: PostingList) -> Int {
    codesByteCount(of: list) + MemoryLayout<PostingList>.stride
  }

  /// The room of a decoded list, which begins a cache line. How many postings share a pair is not known
  /// before: few do in a rare list.
  private static func codesByteCount(of list: PostingList) -> Int {
    let byteCount =
      keepsPairs(list.pointCount)
      ? PairCodes.maskByteCount(pointCount: list.pointCount) + list.count
        + EliasFanoShape.paddingByteCount
      : PostingsFormat.blockCodesByteCount(pointCount: list.pointCount)
    return (byteCount + 63) & ~63
  }

  private static func worthwhile(_ postings: PostingsReader) -> [(rank: Int, list: PostingList)] {
    guard postings.codebook.isExact,
      postings.codebook.codeCount <= PostingsFormat.maxBlockCodeCount,
      postings.pointCount >= 2 * PostingsFormat.blockPointCount
    else { return [] }
    let keepsPairs = keepsPairs(postings.pointCount)
    return (0..<postings.dimensionCount).compactMap { rank in
      guard let list = postings.wholeList(at: rank),
        list.count * minShare >= postings.pointCount
      else { return nil }
      switch list.kind {
      case .gaps, .bitmap: return (rank, list)
      case .pairs: return keepsPairs ? nil : (rank, list)
      case .nibbles, .grouped: return nil
      }
    }
  }
}

extension PostingList {
  /// - Parameters:
  ///   - output: zeroed, with room for all points' block codes, or for mask and pairs.
  ///   - asPairs: instead of block codes for all points.
  fileprivate func decoded(
    into output: UnsafeMutableRawPointer, asPairs: Bool
  ) -> PostingList {
    var pairCount = 0
    let maskByteCount = PairCodes.maskByteCount(pointCount: pointCount)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { offsets in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { codes in
        var cursor = PostingCursor(self)
        let decoded = cursor.decode(
          below: pointCount, capacity: count, offsets: offsets.baseAddress!,
          codes: codes.baseAddress!)
        if asPairs {
          let bytes = output.assumingMemoryBound(to: UInt8.self)
          pairCount = PairCodes.encode(
            UnsafeBufferPointer(rebasing: offsets[..<decoded]),
            UnsafeBufferPointer(rebasing: codes[..<decoded]), mask: bytes,
            bytes: bytes + maskByteCount)
          return
        }
        for posting in 0..<decoded {
          let offset = Int(offsets[posting])
          // Damaged codes may be beyond those that there are.
          let blockCode = min(codes[posting], UInt8(PostingsFormat.maxBlockCodeCount - 1)) + 1
          let byte = output.load(fromByteOffset: offset >> 1, as: UInt8.self)
          output.storeBytes(
            of: byte | blockCode << UInt8((offset & 1) << 2), toByteOffset: offset >> 1,
            as: UInt8.self)
        }
      }
    }
    return PostingList(
      kind: asPairs ? .pairs : .nibbles, count: count, pairCount: pairCount,
      pointCount: pointCount, codeBitCount: codeBitCount, leastCode: leastCode,
      greatestCode: greatestCode, offsets: UnsafeRawPointer(output),
      codes: UnsafeRawPointer(asPairs ? output + maskByteCount : output),
      blockCodes: asPairs ? nil : UnsafeRawPointer(output))
  }
}

internal import StorageIO

/// Posting lists of a segment that are stored as gaps or as a bitmap, decoded in memory: a block code
/// for every point. Those are added up many points at a time, and a point is looked up in them at once.
final class DecodedLists: @unchecked Sendable {
  // Sendable: nothing changes after `init`; lists point into `blockCodes`, which is kept, and are used
  // while the segment is.

  let byteCount: Int
  private let blockCodes: SharedBytes
  private let lists: [PostingList]
  /// For each rank 0, or 1 + the index of its list.
  private let indexes: [UInt32]

  /// Lists with less than one point in this number are added up as fast posting by posting.
  private static let leastShare = 128

  /// - Parameter limit: in bytes; where it does not suffice, lists of many postings come first.
  /// - Returns: nil when nothing fits, also into the machine's memory.
  init?(_ postings: PostingsReader, upTo limit: Int) {
    let listByteCount = Self.listByteCount(postings)
    let indexesByteCount = postings.dimensionCount * MemoryLayout<UInt32>.stride
    guard limit > indexesByteCount else { return nil }
    let count = (limit - indexesByteCount) / (listByteCount + MemoryLayout<PostingList>.stride)
    let chosen = Self.worthwhile(postings)
      .sorted { $0.list.count > $1.list.count }.prefix(count)
    guard !chosen.isEmpty else { return nil }
    var lists: [PostingList] = []
    var indexes = [UInt32](repeating: 0, count: postings.dimensionCount)
    let bytes = SharedBytes(
      whereRoomFor: chosen.count * listByteCount, inHugePages: true
    ) { buffer in
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      for (rank, list) in chosen {
        let start = buffer.baseAddress! + lists.count * listByteCount
        lists.append(list.decoded(into: start))
        indexes[rank] = UInt32(lists.count)
      }
      return buffer.count
    }
    guard let bytes else { return nil }
    blockCodes = bytes
    self.lists = lists
    self.indexes = indexes
    byteCount =
      indexesByteCount + chosen.count * (listByteCount + MemoryLayout<PostingList>.stride)
  }

  /// How many bytes all of the lists take that are worth decoding.
  static func byteCount(_ postings: PostingsReader) -> Int {
    let count = worthwhile(postings).count
    return count == 0
      ? 0
      : postings.dimensionCount * MemoryLayout<UInt32>.stride + count
        * (listByteCount(postings) + MemoryLayout<PostingList>.stride)
  }

  /// The list at a rank, if it has been decoded.
  @inline(__always)
  func list(at rank: Int) -> PostingList? {
    let index = Int(indexes[rank])
    return index == 0 ? nil : lists[index &- 1]
  }

  private static func listByteCount(_ postings: PostingsReader) -> Int {
    // Each begins a cache line.
    (PostingsFormat.blockCodesByteCount(pointCount: postings.pointCount) + 63) & ~63
  }

  private static func worthwhile(_ postings: PostingsReader) -> [(rank: Int, list: PostingList)] {
    guard postings.codebook.isExact,
      postings.codebook.codeCount <= PostingsFormat.maxBlockCodeCount,
      postings.pointCount >= 2 * PostingsFormat.blockPointCount
    else { return [] }
    return (0..<postings.dimensionCount).compactMap { rank in
      guard let list = postings.wholeList(at: rank), list.kind == .gaps || list.kind == .bitmap,
        list.count * leastShare >= postings.pointCount
      else { return nil }
      return (rank, list)
    }
  }
}

extension PostingList {
  /// - Parameter output: zeroed, of the size of all points' block codes.
  fileprivate func decoded(into output: UnsafeMutableRawPointer) -> PostingList {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { offsets in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { codes in
        var cursor = PostingCursor(self)
        let decoded = cursor.decode(
          below: pointCount, capacity: count, offsets: offsets.baseAddress!,
          codes: codes.baseAddress!)
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
      kind: .nibbles, count: count, pointCount: pointCount, codeBitCount: codeBitCount,
      leastCode: leastCode, greatestCode: greatestCode, offsets: UnsafeRawPointer(output),
      codes: UnsafeRawPointer(output), blockCodes: UnsafeRawPointer(output))
  }
}

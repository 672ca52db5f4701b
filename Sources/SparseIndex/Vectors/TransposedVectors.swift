/// The posting lists of a set of vectors, by a counting sort: how long each list is must be known before,
/// and then every posting is written to its place at once. Takes 5 bytes a posting.
struct TransposedVectors: ~Copyable {
  private let offsets: UnsafeMutablePointer<UInt32>
  private let codes: UnsafeMutablePointer<UInt8>
  /// Where the next posting of each rank goes: in the end, where its list ends.
  private let ends: UnsafeMutablePointer<UInt32>
  private let rankCount: Int
  private let postingCount: Int

  /// - Parameter postingCounts: how many postings there will be, by the rank of their dimension.
  init(postingCounts: [UInt32]) {
    rankCount = postingCounts.count
    ends = .allocate(capacity: max(rankCount, 1))
    var start = 0
    for (rank, count) in postingCounts.enumerated() {
      (ends + rank).initialize(to: UInt32(start))
      start += Int(count)
    }
    precondition(start <= UInt32.max)
    postingCount = start
    offsets = .allocate(capacity: max(start, 1))
    codes = .allocate(capacity: max(start, 1))
  }

  deinit {
    offsets.deallocate()
    codes.deallocate()
    ends.deallocate()
  }

  /// Adds the vector of a point; points come in offset order.
  /// - Parameters:
  ///   - ranks: of its dimensions, each of which has room.
  ///   - codes: those of its weights.
  func append(
    point: Int, ranks: UnsafeBufferPointer<UInt32>, codes pointCodes: UnsafeBufferPointer<UInt8>
  ) {
    let (offsets, codes, ends) = (offsets, codes, ends)
    let point = UInt32(truncatingIfNeeded: point)
    for index in 0..<ranks.count {
      let rank = Int(ranks[index])
      let place = Int(ends[rank])
      // Bytes of a mapped file may have changed since postings were counted.
      guard place < postingCount else { continue }
      ends[rank] &+= 1
      offsets[place] = point
      codes[place] = pointCodes[index]
    }
  }

  /// The postings of a rank, once all vectors have been added. Points came in offset order, so they
  /// ascend.
  func list(
    ofRank rank: Int
  ) -> (offsets: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>) {
    precondition(rank < rankCount)
    let start = rank == 0 ? 0 : Int(ends[rank - 1])
    let count = max(0, Int(ends[rank]) - start)
    return (.init(start: offsets + start, count: count), .init(start: codes + start, count: count))
  }
}

/// The posting lists of a set of vectors, by a counting sort: how long each list is must be known before,
/// and then every posting is written to its place at once. Takes 5 bytes a posting.
struct TransposedVectors: ~Copyable {
  private let offsets: UnsafeMutablePointer<UInt32>
  private let codes: UnsafeMutablePointer<UInt8>
  /// Where the list of each rank starts; one more, where the last one ends.
  private let starts: UnsafeMutablePointer<UInt32>
  /// Where the next posting of each rank goes.
  private let ends: UnsafeMutablePointer<UInt32>
  private let rankCount: Int

  /// - Parameter postingCounts: how many postings there will be, by the rank of their dimension.
  init(postingCounts: [UInt32]) {
    rankCount = postingCounts.count
    starts = .allocate(capacity: rankCount + 1)
    ends = .allocate(capacity: max(rankCount, 1))
    var start = 0
    for (rank, count) in postingCounts.enumerated() {
      (starts + rank).initialize(to: UInt32(start))
      (ends + rank).initialize(to: UInt32(start))
      start += Int(count)
    }
    (starts + rankCount).initialize(to: UInt32(start))
    offsets = .allocate(capacity: max(start, 1))
    codes = .allocate(capacity: max(start, 1))
  }

  deinit {
    offsets.deallocate()
    codes.deallocate()
    starts.deallocate()
    ends.deallocate()
  }

  /// Adds the vector of a point; points come in offset order.
  /// - Parameters:
  ///   - ranks: of its dimensions, each of which has room.
  ///   - codes: those of its weights.
  func append(
    point: Int, ranks: UnsafeBufferPointer<UInt32>, codes pointCodes: UnsafeBufferPointer<UInt8>
  ) {
    let (offsets, codes, starts, ends) = (offsets, codes, starts, ends)
    let point = UInt32(truncatingIfNeeded: point)
    for index in 0..<ranks.count {
      let rank = Int(ranks[index])
      let place = ends[rank]
      // Bytes of a mapped file may have changed since postings were counted.
      guard place < starts[rank + 1] else { continue }
      ends[rank] = place + 1
      offsets[Int(place)] = point
      codes[Int(place)] = pointCodes[index]
    }
  }

  /// The postings of a rank, once all vectors have been added. Points came in offset order, so they
  /// ascend.
  func list(
    ofRank rank: Int
  ) -> (offsets: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>) {
    precondition(rank < rankCount)
    let start = Int(starts[rank])
    let count = Int(ends[rank]) - start
    return (.init(start: offsets + start, count: count), .init(start: codes + start, count: count))
  }
}

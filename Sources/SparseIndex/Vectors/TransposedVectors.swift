/// All postings of a set of vectors, by point and by dimension: a counting sort turns the first into the
/// second. Takes 10 bytes a posting.
struct TransposedVectors: ~Copyable {
  /// By point: ranks of dimensions, and codes of weights.
  private var ranks: UnsafeMutablePointer<UInt32>
  private var codes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  /// Where the postings of each point that has some end.
  private var pointEnds: [(point: UInt32, end: Int)] = []
  /// By dimension.
  private var listOffsets: UnsafeMutablePointer<UInt32>?
  private var listCodes: UnsafeMutablePointer<UInt8>?
  /// Where the list of each rank ends.
  private var listEnds: [UInt32] = []

  /// - Parameter capacity: about how many postings will come.
  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    ranks = .allocate(capacity: self.capacity)
    codes = .allocate(capacity: self.capacity)
  }

  deinit {
    ranks.deallocate()
    codes.deallocate()
    listOffsets?.deallocate()
    listCodes?.deallocate()
  }

  // MARK: By point

  /// Adds the next point's vector; points come in offset order.
  /// - Parameters:
  ///   - room: how many postings there may be.
  ///   - write: writes ranks and codes, and returns how many.
  mutating func append(
    point: Int, room: Int,
    _ write: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt8>) -> Int
  ) {
    if capacity - count < room { grow(room) }
    count += write(ranks + count, codes + count)
    pointEnds.append((UInt32(truncatingIfNeeded: point), count))
  }

  private mutating func grow(_ room: Int) {
    capacity = max(capacity * 2, count + room)
    let moved = (
      ranks: UnsafeMutablePointer<UInt32>.allocate(capacity: capacity),
      codes: UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    )
    moved.ranks.moveInitialize(from: ranks, count: count)
    moved.codes.moveInitialize(from: codes, count: count)
    ranks.deallocate()
    codes.deallocate()
    (ranks, codes) = moved
  }

  /// - Parameter index: the vector's place among those added.
  func vector(
    at index: Int
  ) -> (ranks: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>) {
    let start = index == 0 ? 0 : pointEnds[index - 1].end
    let count = pointEnds[index].end - start
    return (.init(start: ranks + start, count: count), .init(start: codes + start, count: count))
  }

  // MARK: By dimension

  /// Makes the lists of all ranks below `rankCount`, once all vectors have been added.
  mutating func transpose(rankCount: Int) {
    precondition(listOffsets == nil && count <= UInt32.max)
    let listOffsets = UnsafeMutablePointer<UInt32>.allocate(capacity: max(count, 1))
    let listCodes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    (self.listOffsets, self.listCodes) = (listOffsets, listCodes)
    let (ranks, codes, count) = (ranks, codes, count)
    var next = [UInt32](repeating: 0, count: rankCount)
    next.withUnsafeMutableBufferPointer { next in
      for index in 0..<count { next[Int(ranks[index])] &+= 1 }
      var start: UInt32 = 0
      for rank in next.indices {
        let count = next[rank]
        next[rank] = start
        start &+= count
      }
      var index = 0
      for (point, end) in pointEnds {
        while index < end {
          let rank = Int(ranks[index])
          let slot = next[rank]
          next[rank] = slot &+ 1
          listOffsets[Int(slot)] = point
          listCodes[Int(slot)] = codes[index]
          index &+= 1
        }
      }
    }
    // Each has come to where its list ends.
    listEnds = next
  }

  /// The postings of a rank. Points came in offset order, so they ascend.
  func list(
    ofRank rank: Int
  ) -> (offsets: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>) {
    let start = rank == 0 ? 0 : Int(listEnds[rank - 1])
    let count = Int(listEnds[rank]) - start
    return (
      .init(start: listOffsets! + start, count: count),
      .init(start: listCodes! + start, count: count)
    )
  }
}

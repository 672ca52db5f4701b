/// Scores single points from their stored vectors: the way for few points, and for weights that the
/// posting lists hold only roughly. It lies in the query's arena, and is used no longer than the query.
struct VectorScorer: ~Copyable {
  private let sections: SparseSections
  private let terms: UnsafeBufferPointer<SparseQuery.Term>
  private let map: AffineMap
  /// A bit for each rank: whether it is a term's.
  private let isWanted: UnsafeMutablePointer<UInt64>
  private let ranks: UnsafeMutablePointer<UInt32>
  private let table: UnsafeMutablePointer<Float>
  /// Vectors may be long: their dimensions are counted.
  private let meter: UnsafeMutablePointer<WorkMeter>

  init(_ query: borrowing SparseQuery, for context: ReadContext) {
    let arena = query.arena
    meter = .allocate(capacity: 1)
    meter.initialize(to: WorkMeter(context))
    sections = query.sections
    terms = query.terms
    map = query.map
    let dimensionCount = sections.postings.dimensionCount
    isWanted = arena.allocate(count: dimensionCount / 64 + 1)
    isWanted.initialize(repeating: 0, count: dimensionCount / 64 + 1)
    ranks = arena.allocate(count: dimensionCount)
    for term in terms { isWanted[term.rank >> 6] |= 1 << UInt64(term.rank & 63) }
    // Damaged codes may be any that a byte can say.
    let weights = sections.postings.codebook.lower
    table = arena.allocate(count: 256)
    table.initialize(repeating: 0, count: 256)
    for code in weights.indices { table[code] = weights[code] }
  }

  deinit {
    meter.deinitialize(count: 1)
    meter.deallocate()
  }

  /// The sum of products over shared dimensions, ascending; nil when none is shared, or when the read
  /// is over.
  func sum(at offset: Int) -> Double? { products(at: offset)?.sum }

  /// The same, and how many dimensions are shared.
  func products(at offset: Int) -> (sum: Double, count: Int)? {
    guard sections.vectors.presence[offset] else { return nil }
    let record = sections.vectors.record(at: offset)
    if meter.pointee.isOver(after: 8 + record.count) { return nil }
    let count = record.decodeRanks(into: ranks)
    var sum = 0.0
    var sharedCount = 0
    // Both ascend.
    var next = 0
    for index in 0..<count {
      let rank = Int(ranks[index])
      guard isWanted[rank &>> 6] &>> UInt64(rank & 63) & 1 == 1 else { continue }
      while next < terms.count, terms[next].rank < rank { next &+= 1 }
      guard next < terms.count, terms[next].rank == rank else { continue }
      sum += Double(terms[next].weight) * map(record.weight(at: index, table: table))
      sharedCount &+= 1
    }
    return sharedCount > 0 ? (sum, sharedCount) : nil
  }
}

/// Scores single points from their stored vectors: the way for few points, and for weights that the
/// posting lists hold only roughly. It lies in the query's arena, and is used no longer than the query.
struct VectorScorer: ~Copyable {
  private let sections: SparseSections
  private let map: AffineMap
  /// A bit for each rank: whether it is a term's.
  private let isWanted: UnsafeMutablePointer<UInt64>
  /// For each word of those bits, how many terms have ranks before it.
  private let termCounts: UnsafeMutablePointer<UInt32>
  /// The terms' weights, by their ranks.
  private let termWeights: UnsafeMutablePointer<Double>
  private let ranks: UnsafeMutablePointer<UInt32>
  /// Where among a vector's ranks those of terms are.
  private let shared: UnsafeMutablePointer<UInt32>
  private let table: UnsafeMutablePointer<Float>
  /// Vectors may be long: their dimensions are counted.
  private let meter: UnsafeMutablePointer<WorkMeter>

  init(_ query: borrowing SparseQuery, for context: ReadContext) {
    let arena = query.arena
    meter = .allocate(capacity: 1)
    meter.initialize(to: WorkMeter(context))
    sections = query.sections
    map = query.map
    let terms = query.terms
    let dimensionCount = sections.postings.dimensionCount
    let wordCount = dimensionCount / 64 + 1
    isWanted = arena.allocate(count: wordCount)
    isWanted.initialize(repeating: 0, count: wordCount)
    termCounts = arena.allocate(count: wordCount)
    termWeights = arena.allocate(count: terms.count)
    ranks = arena.allocate(count: dimensionCount)
    shared = arena.allocate(count: dimensionCount)
    for (index, term) in terms.enumerated() {
      isWanted[term.rank >> 6] |= 1 << UInt64(term.rank & 63)
      termWeights[index] = Double(term.weight)
    }
    var termCount: UInt32 = 0
    for word in 0..<wordCount {
      termCounts[word] = termCount
      termCount += UInt32(isWanted[word].nonzeroBitCount)
    }
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
    // Without branches, which nothing could foresee: which ranks are shared, then what they are worth.
    var sharedCount = 0
    for index in 0..<count {
      let rank = ranks[index]
      shared[sharedCount] = UInt32(truncatingIfNeeded: index)
      let bit = isWanted[Int(rank &>> 6)] &>> UInt64(truncatingIfNeeded: rank & 63) & 1
      sharedCount &+= Int(truncatingIfNeeded: bit)
    }
    var sum = 0.0
    for position in 0..<sharedCount {
      let index = Int(shared[position])
      let rank = ranks[index]
      let word = Int(rank &>> 6)
      let before = isWanted[word] & (1 &<< UInt64(truncatingIfNeeded: rank & 63) &- 1)
      let term = Int(termCounts[word]) &+ before.nonzeroBitCount
      sum += termWeights[term] * map(record.weight(at: index, table: table))
    }
    return sharedCount > 0 ? (sum, sharedCount) : nil
  }
}

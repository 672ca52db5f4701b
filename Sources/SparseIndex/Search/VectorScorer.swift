/// Scores single points from their stored vectors: the way for few points, and for weights that the
/// posting lists hold only roughly.
struct VectorScorer: ~Copyable {
  private let field: SparseField
  /// By rank: 0, or 1 + the term's index.
  private let termByRank: UnsafeMutablePointer<UInt32>
  private let ranks: UnsafeMutablePointer<UInt32>
  private let table: UnsafeMutablePointer<Float>
  private let weights: UnsafeMutablePointer<Double>

  init(_ query: borrowing SparseQuery) {
    field = query.field
    let dimensionCount = max(1, field.postings.dimensionCount)
    termByRank = .allocate(capacity: dimensionCount)
    termByRank.initialize(repeating: 0, count: dimensionCount)
    ranks = .allocate(capacity: dimensionCount)
    weights = .allocate(capacity: query.terms.count + 1)
    for (index, term) in query.terms.enumerated() {
      termByRank[term.rank] = UInt32(index + 1)
      weights[index + 1] = Double(term.weight)
    }
    let codebook = field.postings.codebook
    table = .allocate(capacity: max(1, codebook.codeCount))
    for code in 0..<codebook.codeCount { table[code] = codebook.lower[code] }
  }

  deinit {
    termByRank.deallocate()
    ranks.deallocate()
    weights.deallocate()
    table.deallocate()
  }

  /// The sum of products over shared dimensions, ascending; nil when none is shared.
  func sum(at offset: Int) -> Double? {
    guard field.vectors.presence[offset] else { return nil }
    let record = field.vectors.record(at: offset)
    let count = record.decodeRanks(into: ranks)
    var sum = 0.0
    var isHit = false
    var index = 0
    while index < count {
      let term = termByRank[Int(ranks[index])]
      if term != 0 {
        sum += weights[Int(term)] * Double(record.weight(at: index, table: table))
        isHit = true
      }
      index &+= 1
    }
    return isHit ? sum : nil
  }
}

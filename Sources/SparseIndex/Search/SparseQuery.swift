/// A sparse query, resolved against one segment: the posting lists of the dimensions that they
/// share, ascending. Valid while the sections are.
struct SparseQuery: ~Copyable {
  struct Term {
    let weight: Float
    /// The dimension's rank in the segment.
    let rank: Int
    let list: PostingList
  }

  let sections: SparseSections
  let terms: [Term]
  let similarity: Similarity
  /// The weights that stored ones stand for.
  let map: AffineMap
  /// Scores of points that share n dimensions are multiplied by n / (n + this).
  let shrinkage: Double
  /// The query's length, for cosine.
  let norm: Double
  /// Products of a term: one for every code, and what damaged bytes could say.
  let codeStride: Int
  /// For the lengths of mapped vectors; empty where they are not needed.
  private let summaries: [WeightSummaries.Summary]
  /// Whether there are `products`: not of so many terms that they would take too much memory. Then
  /// points are scored from their vectors.
  let hasProducts: Bool
  /// For each term, `codeStride` products of its weight with what the codes stand for (exact
  /// codebooks), or with the end of their interval that makes the product greater.
  let products: UnsafeMutablePointer<Double>

  /// More than this the products, and the windows of posting lists, may not take.
  private static let maxScanByteCount = 32 << 20

  /// Has no terms when the read is over.
  init(
    _ query: SparseVector, in sections: SparseSections, similarity: Similarity,
    map: AffineMap = .identity, shrinkage: Double = 0, for context: ReadContext = .unlimited
  ) {
    self.sections = sections
    self.similarity = similarity
    self.map = map
    self.shrinkage = shrinkage
    summaries =
      map == .identity || similarity != .cosine
      ? [] : sections.summaries.all(in: sections, for: context)
    norm = query.norm
    let codebook = sections.postings.codebook
    codeStride = max(1 << codebook.codeBitCount, PostingsFormat.maxBlockCodeCount + 1)
    var terms: [Term] = []
    let termByteCount =
      MemoryLayout<Term>.stride * min(query.count, sections.postings.dimensionCount)
    var meter = WorkMeter(context)
    var isOver = !context.take(termByteCount)
    context.giveBack(termByteCount)
    if !isOver { terms.reserveCapacity(min(query.count, sections.postings.dimensionCount)) }
    for (dimension, weight) in zip(query.dimensions, query.weights) where !isOver {
      isOver = meter.isOver(after: 64)
      guard let rank = sections.postings.rank(of: dimension) else { continue }
      terms.append(Term(weight: weight, rank: rank, list: sections.postings.list(at: rank)))
    }
    if isOver { terms = [] }
    self.terms = terms
    hasProducts =
      terms.count * codeStride * MemoryLayout<Double>.stride + SearchWindow.byteCount(of: terms)
      <= Self.maxScanByteCount
    let productCount = hasProducts ? terms.count * codeStride : 0
    products = .allocate(capacity: max(1, productCount))
    products.initialize(repeating: 0, count: productCount)
    for (index, term) in terms.enumerated() where hasProducts {
      let weight = Double(term.weight)
      let products = self.products + index * codeStride
      let ends = weight < 0 ? codebook.lower : codebook.upper
      for code in ends.indices {
        let product = weight * map(ends[code])
        // Damaged weights are no numbers; bounds are computed from these.
        products[code] = product.isFinite ? product : 0
      }
    }
  }

  deinit { products.deallocate() }

  /// All postings of all terms.
  var postingCount: Int { terms.reduce(0) { $0 + $1.list.count } }

  /// Whether nearest points can be found by bounds: they are those of stored weights.
  var canBeBounded: Bool { similarity == .dot && map == .identity && shrinkage == 0 }

  /// The score of a point whose products sum to `sum`.
  /// - Parameter sharedCount: how many dimensions the point shares with the query, where scores are
  ///   shrunk.
  @inline(__always)
  func score(sum: Double, sharedCount: Int, at offset: Int) -> Float {
    var score = sum
    if similarity == .cosine {
      let stored = sections.vectors.norm(at: offset)
      let length =
        summaries.isEmpty ? stored : summaries[offset].norm(ofMapped: map, storedNorm: stored)
      let lengths = norm * length
      score = lengths > 0 ? sum / lengths : 0
    }
    if shrinkage > 0 { score *= Double(sharedCount) / (Double(sharedCount) + shrinkage) }
    return Float(saturating: score)
  }
}

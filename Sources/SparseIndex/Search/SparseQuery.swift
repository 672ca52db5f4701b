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
  /// The query's length, for cosine.
  let norm: Double
  /// Products of a term: one for every code, and what damaged bytes could say.
  let codeStride: Int
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
    for context: ReadContext = .unlimited
  ) {
    self.sections = sections
    self.similarity = similarity
    norm = query.norm
    let codebook = sections.postings.codebook
    codeStride = max(1 << codebook.codeBitCount, PostingsFormat.maxBlockCodeCount + 1)
    var terms: [Term] = []
    let termByteCount =
      MemoryLayout<Term>.stride * min(query.count, sections.postings.dimensionCount)
    var meter = WorkMeter(context)
    var isOver = !context.take(termByteCount)
    context.giveBack(termByteCount)
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
        let product = weight * Double(ends[code])
        // Damaged weights are no numbers; bounds are computed from these.
        products[code] = product.isFinite ? product : 0
      }
    }
  }

  deinit { products.deallocate() }

  /// All postings of all terms.
  var postingCount: Int { terms.reduce(0) { $0 + $1.list.count } }

  /// The score of a point whose products sum to `sum`.
  @inline(__always)
  func score(sum: Double, at offset: Int) -> Float {
    switch similarity {
    case .dot: return Float(saturating: sum)
    case .cosine:
      let lengths = norm * sections.vectors.norm(at: offset)
      return lengths > 0 ? Float(saturating: sum / lengths) : 0
    }
  }
}

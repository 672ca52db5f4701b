/// A sparse query, resolved against one segment: the posting lists of the dimensions that they
/// share, ascending. Valid while the field is.
struct SparseQuery: ~Copyable {
  struct Term {
    let weight: Float
    /// The dimension's rank in the segment.
    let rank: Int
    let list: PostingList
  }

  let field: SparseField
  let terms: [Term]
  let similarity: Similarity
  /// The query's length, for cosine.
  let norm: Double
  /// Products of a term: one for every code, and what damaged bytes could say.
  let codeStride: Int
  /// For each term, `codeStride` products of its weight with what the codes stand for (exact
  /// codebooks), or with the end of their interval that makes the product greater.
  let products: UnsafeMutablePointer<Double>

  init(_ query: SparseVector, in field: SparseField, similarity: Similarity) {
    self.field = field
    self.similarity = similarity
    norm = query.norm
    let codebook = field.postings.codebook
    codeStride = max(1 << codebook.codeBitCount, PostingsFormat.maxBlockCodeCount + 1)
    var terms: [Term] = []
    terms.reserveCapacity(query.count)
    for (dimension, weight) in zip(query.dimensions, query.weights) {
      guard let rank = field.postings.rank(of: dimension) else { continue }
      terms.append(Term(weight: weight, rank: rank, list: field.postings.list(at: rank)))
    }
    self.terms = terms
    products = .allocate(capacity: max(1, terms.count * codeStride))
    products.initialize(repeating: 0, count: terms.count * codeStride)
    for (index, term) in terms.enumerated() {
      let weight = Double(term.weight)
      let products = self.products + index * codeStride
      let ends = weight < 0 ? codebook.lower : codebook.upper
      for code in ends.indices { products[code] = weight * Double(ends[code]) }
    }
  }

  deinit { products.deallocate() }

  /// All postings of all terms.
  var postingCount: Int { terms.reduce(0) { $0 + $1.list.count } }

  /// The score of a point whose products sum to `sum`.
  @inline(__always)
  func score(sum: Double, at offset: Int) -> Float {
    switch similarity {
    case .dot: return Float(sum)
    case .cosine:
      let lengths = norm * field.vectors.norm(at: offset)
      return lengths > 0 ? Float(sum / lengths) : 0
    }
  }
}

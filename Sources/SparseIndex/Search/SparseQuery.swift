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
  /// Holds the terms and the products, and what scans of this query work with: none of it is used once
  /// the query is gone.
  let arena: SearchArena
  let terms: UnsafeBufferPointer<Term>
  let similarity: Similarity
  /// The weights that stored ones stand for.
  let map: AffineMap
  /// Scores of points that share n dimensions are multiplied by n / (n + this).
  let shrinkage: Double
  /// The query's length, for cosine.
  let norm: Double
  /// Products of a term: one for every code, and what damaged bytes could say.
  let codeStride: Int
  /// The stride of codes that fit block codes.
  static let blockCodeStride = PostingsFormat.maxBlockCodeCount + 1
  /// For the lengths of mapped vectors; empty where they are not needed.
  private let summaries: [WeightSummaries.Summary]
  /// Whether there are `products`: not where those of many terms would take too much memory. Then
  /// points are scored from their vectors.
  let hasProducts: Bool
  /// Keeps lists in memory that terms point to.
  private let decodedLists: DecodedLists?
  /// For each term, `codeStride` products of its weight with what the codes stand for (exact
  /// codebooks), or with the end of their interval that makes the product greater.
  ///
  /// There is a 0 before them: from there on they are tables of the products of block codes, whose 0 is
  /// no code, where codes fit block codes.
  let products: UnsafeMutablePointer<Double>

  /// The limit on the bytes of the products, and of the windows of posting lists.
  private static let maxScanByteCount = 32 << 20

  /// Postings that take about as long as adding up 64 points at a time, where bounds do not help.
  private static let postingsPerBlock = 3

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
    codeStride = max(1 << codebook.codeBitCount, Self.blockCodeStride)
    let decodedLists = sections.cache.listsForSearch()
    self.decodedLists = decodedLists
    let canBeBounded = Self.canBeBounded(similarity, map, shrinkage)
    let postings = sections.postings
    let arena = SearchArena()
    self.arena = arena
    let capacity = min(query.count, postings.dimensionCount)
    let termByteCount = MemoryLayout<Term>.stride * capacity
    var meter = WorkMeter(context)
    var isOver = !context.take(termByteCount)
    context.giveBack(termByteCount)
    let terms = arena.allocate(Term.self, count: isOver ? 0 : capacity)
    var termCount = 0
    for index in query.dimensions.indices {
      isOver = isOver || meter.isOver(after: 64)
      if isOver { break }
      guard let rank = postings.rank(of: query.dimensions[index]) else { continue }
      let list: PostingList
      if let decoded = decodedLists?.list(at: rank),
        canBeBounded
          || decoded.count * PostingsFormat.blockPointCount
            >= decoded.pointCount * Self.postingsPerBlock
      {
        list = decoded
      } else {
        list = postings.list(at: rank)
      }
      (terms + termCount).initialize(
        to: Term(weight: query.weights[index], rank: rank, list: list))
      termCount += 1
    }
    self.terms = UnsafeBufferPointer(start: terms, count: isOver ? 0 : termCount)
    hasProducts =
      self.terms.count * codeStride * MemoryLayout<Double>.stride
      + SearchWindow.byteCount(of: self.terms) <= Self.maxScanByteCount
    products = arena.allocate(count: 1 + (hasProducts ? self.terms.count * codeStride : 0)) + 1
    products[-1] = 0
    if hasProducts { setProducts(codebook) }
  }

  private func setProducts(_ codebook: WeightCodebook) {
    codebook.lower.withUnsafeBufferPointer { lower in
      codebook.upper.withUnsafeBufferPointer { upper in
        for (index, term) in terms.enumerated() {
          let weight = Double(term.weight)
          let ends = (weight < 0) == (map.scale < 0) ? upper : lower
          let products = self.products + index * codeStride
          for code in ends.indices {
            // Never -0, so that sums of them tell whether there is any.
            let product = weight * map(ends[code]) + 0
            // Damaged weights are not numbers; bounds are computed from these.
            products[code] = product.isFinite ? product : 0
          }
          (products + ends.count).initialize(repeating: 0, count: codeStride - ends.count)
        }
      }
    }
  }

  deinit { arena.deallocate() }

  /// All postings of all terms.
  var postingCount: Int { terms.reduce(0) { $0 + $1.list.count } }

  /// Whether nearest points can be found by bounds: they are those of stored weights.
  var canBeBounded: Bool { Self.canBeBounded(similarity, map, shrinkage) }

  private static func canBeBounded(
    _ similarity: Similarity, _ map: AffineMap, _ shrinkage: Double
  ) -> Bool {
    similarity == .dot && map == .identity && shrinkage == 0
  }

  /// How many terms have to be searched for to know their code of a point.
  var gapTermCount: Int { terms.reduce(0) { $0 + ($1.list.hasBlockCodes ? 0 : 1) } }

  /// The score of a point whose products sum to `sum`.
  /// - Parameter sharedCount: how many dimensions the point shares with the query, where scores are
  ///   shrunk.
  @inline(__always)
  func score(sum: Double, sharedCount: Int, at offset: Int) -> Float {
    guard similarity == .cosine else { return score(sum: sum, sharedCount: sharedCount, length: 0) }
    let vectors = sections.vectors
    let length =
      summaries.isEmpty
      ? vectors.norm(at: offset) : vectors.norm(at: offset, mapped: map, summaries[offset])
    return score(sum: sum, sharedCount: sharedCount, length: length)
  }

  /// - Parameter length: that of the point's vector, mapped; for cosine.
  @inline(__always)
  func score(sum: Double, sharedCount: Int, length: Double) -> Float {
    var score = sum
    if similarity == .cosine {
      let lengths = norm * length
      score = lengths > 0 ? sum / lengths : 0
    }
    if shrinkage > 0 { score *= Double(sharedCount) / (Double(sharedCount) + shrinkage) }
    return Float(saturating: score)
  }
}

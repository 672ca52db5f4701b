import SparseIndex

/// The similarity of two items: the cosine of who rated them, |A ∩ B| / √(|A|·|B|).
struct ItemDiversity {
  /// For each item, for each segment, who rated it.
  private let raters: [[PointMask]]
  private let counts: [Int]

  init(of items: [UInt32], in view: CollectionView, using name: String) throws(StoreError) {
    var raters: [[PointMask]] = []
    let byteCount = view.segments.reduce(0) { $0 + $1.segment.pointCount / 8 + 64 }
    for item in items {
      if view.context.isOver || !view.context.take(byteCount) { break }
      raters.append(
        view.segments.map { live in
          var mask =
            live.segment.sparseSections(name).map {
              SimilarityScan.members(of: item, in: $0, for: view.context)
            } ?? PointMask(count: live.segment.pointCount)
          if let deleted = live.deleted { mask.subtract(deleted) }
          return mask
        })
    }
    try view.checkContext()
    self.raters = raters
    counts = raters.map { $0.reduce(0) { $0 + $1.memberCount } }
  }

  /// Positions of the chosen among candidates that are best first, in the order of choice.
  func select(
    _ limit: Int, diversity: Float, scores: [Float], for context: ReadContext
  ) -> [Int] {
    // Scores and similarities both lie between 0 and 1 then.
    let (least, greatest) = (Double(scores.last ?? 0), Double(scores.first ?? 0))
    let range = greatest - least
    let relevance = scores.map { range > 0 ? Float((Double($0) - least) / range) : 1 }
    return MMR(diversity: diversity).select(limit: limit, relevance: relevance, for: context) {
      similarity($0, $1)
    }
  }

  private func similarity(_ first: Int, _ second: Int) -> Float {
    var sharedCount = 0
    for (left, right) in zip(raters[first], raters[second]) {
      sharedCount += left.sharedMemberCount(right)
    }
    let product = Double(counts[first]) * Double(counts[second])
    return product > 0 ? Float(Double(sharedCount) / product.squareRoot()) : 0
  }
}

import SparseIndex

/// Which items may be answered.
struct ItemSelection {
  /// By index into the statistics' items; nil where the catalogue does not matter.
  private var allowed: PointMask?
  private var excluded: [Int] = []

  /// - Parameter rated: what the subject has rated.
  init(
    _ request: RecommendationRequest, rated: [UInt32], _ statistics: RatingStatistics,
    catalogue: CollectionView?, for context: ReadContext
  ) throws(StoreError) {
    let items = request.exclude + (request.excludeRated ? rated : [])
    excluded = items.compactMap { statistics.index(of: $0) }
    guard let filter = request.itemFilter else { return }
    guard let catalogue else {
      throw .invalid("item_filter: name the `catalogue` whose points are the items")
    }
    try catalogue.validate(filter)
    var allowed = PointMask(count: statistics.items.count)
    for live in catalogue.segments {
      var next = 0
      // Points ascend by id as items do.
      catalogue.candidates(in: live, filter).forEach(in: context, steps: 8) { offset in
        guard case .integer(let id) = live.segment.id(at: offset) else { return }
        while next < statistics.items.count, UInt64(statistics.items[next]) < id { next += 1 }
        if next < statistics.items.count, UInt64(statistics.items[next]) == id {
          allowed[next] = true
        }
      }
    }
    try context.check()
    self.allowed = allowed
  }

  func apply(to scores: inout ItemScores) {
    for index in excluded { scores.remove(at: index) }
    if let allowed { scores.keep(allowed) }
  }
}

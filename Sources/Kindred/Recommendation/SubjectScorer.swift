import SparseIndex

/// Scores every item for a subject, by neighbours, by an item model, or by both.
struct SubjectScorer {
  let view: CollectionView
  let request: RecommendationRequest
  let statistics: RatingStatistics
  let model: ItemModel?
  /// Where the subjects lie, who are nobody's neighbours.
  let places: [CollectionView.Place]

  /// The neighbours' z-scores count this many times, divided by the number of the subject's ratings:
  /// of somebody who has rated little, neighbours know more than a model, the more so the more people
  /// there are to choose them from.
  private var neighborShare: Double {
    min(150, 2 * Double(statistics.personCount).squareRoot())
  }

  /// Scores, and where they come from.
  struct Scored {
    var scores: ItemScores
    var method: RecommendationRequest.Method
    /// The number of neighbours that have rated each item.
    var neighborCounts: [UInt32]
    var neighbors: [Recommendation.Neighbor] = []
    /// Whether any item has a score.
    var isAnythingKnown: Bool
    fileprivate var neighborhood: (Neighborhood, scale: Double)?
    fileprivate var inputs: (ItemModel, SparseVector, scale: Double)?

    func explain(_ items: inout [Recommendation.Item]) throws(StoreError) {
      if let (neighborhood, scale) = neighborhood {
        try neighborhood.explain(&items, scale: scale)
      }
      if let (model, query, scale) = inputs { model.explain(&items, query, scale: scale) }
    }
  }

  /// - Parameter subjects: the ratings of each. Of several, the mean of their z-scores.
  func score(_ subjects: [SparseVector]) throws(StoreError) -> Scored {
    guard subjects.count > 1 else { return try score(subjects[0]) }
    var group = Scored(
      scores: ItemScores(count: statistics.items.count), method: request.method,
      neighborCounts: Array(repeating: 0, count: statistics.items.count), isAnythingKnown: false)
    for subject in subjects {
      let scored = try score(subject)
      group.method = scored.method
      group.isAnythingKnown = group.isAnythingKnown || scored.isAnythingKnown
      group.scores.addStandardized(scored.scores, share: 1 / Double(subjects.count))
      for index in group.neighborCounts.indices {
        group.neighborCounts[index] &+= scored.neighborCounts[index]
      }
    }
    return group
  }

  private func score(_ ratings: SparseVector) throws(StoreError) -> Scored {
    let byteCount = 3 * ItemScores.byteCount(statistics.items.count)
    if !view.context.take(byteCount) { try view.checkContext() }
    defer { view.context.giveBack(byteCount) }
    switch request.method {
    case .items:
      guard let model else { throw .itemModelNotFound(collection: view.name) }
      return try byItems(ratings, model)
    case .auto:
      // A model has learnt from everybody.
      if let model, request.filter == nil, ratings.count > 0 { return try byBoth(ratings, model) }
      return try byNeighbors(ratings)
    case .neighbors, .notebook, .popular: return try byNeighbors(ratings)
    }
  }

  private func byNeighbors(_ ratings: SparseVector) throws(StoreError) -> Scored {
    let neighborhood = try Neighborhood(
      of: ratings, in: view, request, statistics, excluding: places)
    let scores = try neighborhood.scores()
    return Scored(
      scores: scores, method: request.method == .auto ? .neighbors : request.method,
      neighborCounts: scores.counts, neighbors: neighborhood.neighbors,
      isAnythingKnown: !neighborhood.hits.isEmpty, neighborhood: (neighborhood, 1))
  }

  private func byItems(_ ratings: SparseVector, _ model: ItemModel) throws(StoreError) -> Scored {
    let query = model.query(ratings)
    let scores = model.scores(of: query, statistics, for: view.context)
    try view.checkContext()
    return Scored(
      scores: scores, method: .items,
      neighborCounts: Array(repeating: 0, count: statistics.items.count),
      isAnythingKnown: scores.counts.contains { $0 > 0 }, inputs: (model, query, 1))
  }

  private func byBoth(_ ratings: SparseVector, _ model: ItemModel) throws(StoreError) -> Scored {
    let items = try byItems(ratings, model)
    let neighbors = try byNeighbors(ratings)
    guard items.isAnythingKnown else { return neighbors }
    let share = neighborShare / Double(max(1, ratings.count))
    var both = neighbors
    both.scores = ItemScores(count: statistics.items.count)
    both.scores.addStandardized(items.scores, share: 1)
    both.scores.addStandardized(neighbors.scores, share: share)
    both.method = .auto
    both.isAnythingKnown = true
    guard request.explain else { return both }
    both.neighborhood?.scale = share / neighbors.scores.distribution.deviation
    both.inputs = (model, model.query(ratings), 1 / items.scores.distribution.deviation)
    return both
  }
}

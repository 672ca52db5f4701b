import SparseIndex

/// The points nearest to a subject, and what they rated.
struct Neighborhood {
  /// Nearest first.
  let hits: [Hit]
  private let parameters: NeighborParameters
  /// The query of the search: the subject's ratings, mapped, times how much each item tells.
  private let query: SparseVector
  private let inputMap: AffineMap
  private let targetMap: WeightCurve
  private let statistics: RatingStatistics
  private let sections: [SparseSections?]
  private let context: ReadContext

  /// - Parameter excluded: points that are nobody's neighbours.
  init(
    of ratings: SparseVector, in view: CollectionView, _ request: RecommendationRequest,
    _ statistics: RatingStatistics, excluding excluded: [CollectionView.Place]
  ) throws(StoreError) {
    parameters = request.neighbors
    self.statistics = statistics
    context = view.context
    inputMap = parameters.input.searchMap(for: statistics.distribution)
    targetMap = parameters.target.curve(for: statistics.distribution)
    let mapped = parameters.input.mapped(ratings, for: statistics.distribution)
    query = parameters.idf ? Self.weighted(mapped, by: statistics) : mapped
    let limit = min(parameters.count, max(1, view.pointCount))
    _ = try view.reserveHits(limit, request.filter)
    hits = view.nearest(
      to: query, using: request.using, similarity: parameters.similarity, map: inputMap,
      shrinkage: parameters.shrinkage, filter: request.filter, limit: limit, excluding: excluded)
    sections = view.segments.map { $0.segment.sparseSections(request.using) }
    try context.check()
  }

  /// Multiplies each weight by ln(people / raters).
  private static func weighted(
    _ ratings: SparseVector, by statistics: RatingStatistics
  ) -> SparseVector {
    let weights = zip(ratings.dimensions, ratings.weights).map { item, weight in
      let raterCount = max(1, statistics.raterCount(of: item))
      // An item that all have rated still counts a little: everybody needs neighbours.
      let factor = max(
        0.01, (Double(statistics.personCount) / Double(raterCount)).naturalLogarithm)
      return Float(saturating: Double(weight) * factor)
    }
    return SparseVector(ascending: ratings.dimensions, weights: weights)
  }

  /// The neighbours' weights, mapped, summed per item in the order of the neighbours.
  func scores() throws(StoreError) -> ItemScores {
    if !context.take(ItemScores.byteCount(statistics.items.count)) { try context.check() }
    var scores = ItemScores(count: statistics.items.count)
    var adder = VectorAdder(map: targetMap)
    var meter = WorkMeter(context)
    for hit in hits {
      let count = scores.add(
        sections[hit.segment]!, at: hit.offset,
        indexes: statistics.indexes(inSegment: hit.segment),
        factor: parameters.factor(similarity: hit.score), by: &adder)
      if meter.isOver(after: 64 + count) { break }
    }
    if parameters.popularity > 0 {
      scores.multiply(by: statistics.dampings(parameters.popularity))
    }
    try context.check()
    return scores
  }

  var neighbors: [Recommendation.Neighbor] { hits.map { .init(id: $0.id, score: $0.score) } }

  // MARK: Why

  /// Says of each item which neighbours contributed what, and which of the subject's ratings did so
  /// through them.
  /// - Parameter scale: what the neighbours' scores are multiplied by in the items' own.
  func explain(
    _ items: inout [Recommendation.Item], scale: Double = 1
  ) throws(StoreError) {
    var neighbors: [Neighbor] = []
    for hit in hits {
      guard !context.isOver, let vector = sections[hit.segment]?.vectors.vector(at: hit.offset),
        context.take(2 * vector.count * 8)
      else { break }
      neighbors.append(
        Neighbor(
          id: hit.id, factor: parameters.factor(similarity: hit.score), ratings: vector,
          shares: shares(of: vector)))
    }
    let dampings = parameters.popularity > 0 ? statistics.dampings(parameters.popularity) : nil
    var meter = WorkMeter(context)
    for index in items.indices {
      let id = items[index].id
      let damping = dampings.flatMap { dampings in
        statistics.index(of: id).map { dampings[$0] }
      }
      var explanation: [Recommendation.Contribution] = []
      var reasons = [Double](repeating: 0, count: query.count)
      for neighbor in neighbors {
        if meter.isOver(after: 64 + neighbor.shares.count) { break }
        guard let weight = neighbor.ratings.weight(of: id) else { continue }
        let contribution = neighbor.factor * targetMap(weight) * (damping ?? 1) * scale
        explanation.append(
          .init(neighbor: neighbor.id, contribution: Float(saturating: contribution)))
        for (rating, share) in neighbor.shares { reasons[rating] += contribution * share }
      }
      if !context.take(
        explanation.count * 2 * MemoryLayout<Recommendation.Contribution>.stride
          + reasons.count * 2 * MemoryLayout<Recommendation.Reason>.stride)
      {
        break
      }
      // Neighbours who added as much stay in the order of their likeness.
      items[index].explanation = explanation.enumerated().sorted {
        ($1.element.contribution, $0.offset) < ($0.element.contribution, $1.offset)
      }.map(\.element)
      items[index].because = Recommendation.Reason.sorted(reasons, of: query.dimensions)
    }
    try context.check()
  }

  private struct Neighbor {
    let id: PointID
    let factor: Double
    let ratings: SparseVector
    /// How much of the similarity comes from which of the subject's ratings, by index.
    let shares: [(rating: Int, share: Double)]
  }

  private func shares(of vector: SparseVector) -> [(rating: Int, share: Double)] {
    var products: [(rating: Int, share: Double)] = []
    var sum = 0.0
    var next = 0
    for (rating, item) in query.dimensions.enumerated() {
      while next < vector.count, vector.dimensions[next] < item { next += 1 }
      guard next < vector.count, vector.dimensions[next] == item else { continue }
      let product = Double(query.weights[rating]) * inputMap(vector.weights[next])
      products.append((rating, product))
      sum += product
    }
    guard sum != 0 else { return [] }
    return products.map { ($0.rating, $0.share / sum) }
  }
}

extension Recommendation.Reason {
  /// The contributions that are any, the greatest first; among equals the higher item first.
  static func sorted(_ contributions: [Double], of items: [UInt32]) -> [Self] {
    zip(items, contributions).compactMap { item, contribution in
      contribution == 0
        ? nil : Self(item: item, contribution: Float(saturating: contribution))
    }
    .sorted {
      $0.contribution != $1.contribution
        ? $0.contribution > $1.contribution : $0.item > $1.item
    }
  }
}

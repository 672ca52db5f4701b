import SparseIndex

extension CollectionView {
  /// Recommends items to a subject, by the method that the request names.
  /// - Parameters:
  ///   - catalogue: a collection whose point ids are the items, joined to the answer; by default the
  ///     model's.
  ///   - model: an item model of this collection.
  /// - Throws: `.pointNotFound` for a subject that does not exist, `.vectorNotFound`, `.invalid`.
  public func recommend(
    _ request: RecommendationRequest, catalogue: CollectionView? = nil, model: ItemModel? = nil
  ) throws(StoreError) -> Recommendation {
    try validate(request)
    let catalogue = catalogue ?? model?.view
    let statistics = ratingStatistics(using: request.using)
    try checkContext()
    let subjects = try subjects(of: request, statistics)
    let selection = try ItemSelection(
      request, rated: subjects.flatMap(\.ratings.dimensions), statistics, catalogue: catalogue,
      for: context)
    let newItems = try NewItems(
      for: subjects.map(\.ratings), request, statistics, catalogue: catalogue, for: context)
    let whole = request
    let request = newItems?.others(of: whole) ?? whole
    var recommendation: Recommendation
    if request.method == .popular {
      recommendation = try popular(request, selection, statistics)
    } else {
      let scorer = SubjectScorer(
        view: self, request: request, statistics: statistics, model: model,
        places: subjects.compactMap(\.place))
      let scored = try scorer.score(subjects.map(\.ratings))
      if request.method == .auto, !scored.isAnythingKnown {
        recommendation = try popular(request, selection, statistics)
        recommendation.fallbackReason = reason(for: subjects, request)
      } else {
        recommendation = try recommend(scored, request, selection, statistics)
      }
    }
    if let newItems {
      recommendation.items = newItems.merged(with: recommendation.items, whole)
    }
    if let catalogue { join(catalogue, to: &recommendation.items) }
    try checkContext()
    try catalogue?.checkContext()
    try model?.view.checkContext()
    return recommendation
  }

  private func recommend(
    _ scored: SubjectScorer.Scored, _ request: RecommendationRequest, _ selection: ItemSelection,
    _ statistics: RatingStatistics
  ) throws(StoreError) -> Recommendation {
    var scores = scored.scores
    if request.neighbors.minNeighbors > 1, scored.method != .items {
      scores.require(request.neighbors.minNeighbors, of: scored.neighborCounts)
    }
    selection.apply(to: &scores)
    if request.method == .auto, scores.areEmpty {
      var popular = try popular(request, selection, statistics)
      popular.fallbackReason = "no item that may be recommended has a score"
      return popular
    }
    var recommendation = Recommendation(
      items: try best(of: scores, request, counts: scored.neighborCounts, statistics),
      neighbors: scored.neighbors, method: scored.method)
    if request.explain { try scored.explain(&recommendation.items) }
    return recommendation
  }

  private func reason(for subjects: [Subject], _ request: RecommendationRequest) -> String {
    if subjects.allSatisfy({ $0.ratings.count == 0 }) { return "nothing is known of the subject" }
    return request.filter == nil
      ? "nobody else has rated what the subject has"
      : "nobody who passes the filter has rated what the subject has"
  }

  private func validate(_ request: RecommendationRequest) throws(StoreError) {
    try validate(request.filter)
    try checkVectorName(request.using)
    guard configuration.sparseVectors[request.using] != nil else {
      throw .invalid("vector `\(request.using)` is dense: ratings are a sparse vector")
    }
    try request.neighbors.validate()
    guard request.limit > 0 else { throw .invalid("limit: must be 1 or larger") }
    if let diversity = request.diversity, !(0...1 ~= diversity) {
      throw .invalid("diversity: must be from 0 to 1")
    }
    if case .nobody = request.subject, request.method != .auto, request.method != .popular {
      throw .invalid("method `\(request.method.rawValue)` needs ratings or a point to begin from")
    }
  }

  // MARK: Subjects

  private struct Subject {
    var ratings: SparseVector
    /// Where it lies when it is a point.
    var place: Place?
  }

  private static let maxGroupCount = 100

  private func subjects(
    of request: RecommendationRequest, _ statistics: RatingStatistics
  ) throws(StoreError) -> [Subject] {
    switch request.subject {
    case .nobody: return [Subject(ratings: .empty)]
    case .ratings(let ratings): return [Subject(ratings: ratings)]
    case .point(let id): return [try subject(id, request)]
    case .pointRating(let id, let ratings):
      var subject = try subject(id, request)
      subject.ratings = subject.ratings.replacing(with: ratings)
      return [subject]
    case .points(let ids):
      guard !ids.isEmpty, ids.count <= Self.maxGroupCount else {
        throw .invalid("points: must be from 1 to \(Self.maxGroupCount)")
      }
      guard !request.explain else {
        throw .invalid("explain: a group's list cannot be explained; ask for one point")
      }
      var subjects: [Subject] = []
      for id in Set(ids).sorted() { subjects.append(try subject(id, request)) }
      return subjects
    case .items(let items):
      // Liked as much as anything is.
      let liked = statistics.distribution?.range.upperBound ?? 1
      let items = Set(items).sorted()
      return [
        Subject(
          ratings: SparseVector(
            ascending: items, weights: Array(repeating: liked, count: items.count)))
      ]
    }
  }

  private func subject(
    _ id: PointID, _ request: RecommendationRequest
  ) throws(StoreError) -> Subject {
    guard let place = place(of: id) else { throw .pointNotFound(id) }
    guard
      case .sparse(let vector)? = segments[place.segment].segment.vector(
        request.using, at: place.offset)
    else { throw .invalid("point \(id) has no vector `\(request.using)`") }
    return Subject(ratings: vector, place: place)
  }

  // MARK: Popular items

  /// The items that most of the people who pass the filter have rated.
  private func popular(
    _ request: RecommendationRequest, _ selection: ItemSelection, _ statistics: RatingStatistics
  ) throws(StoreError) -> Recommendation {
    if !context.take(ItemScores.byteCount(statistics.items.count)) { try checkContext() }
    var scores: ItemScores
    if request.filter == nil {
      scores = ItemScores(counts: statistics.raterCounts)
    } else {
      scores = ItemScores(count: statistics.items.count)
      // Everybody counts once.
      var adder = VectorAdder(map: WeightCurve(AffineMap(scale: 0, offset: 1)))
      for (index, live) in segments.enumerated() {
        guard let sections = live.segment.sparseSections(request.using) else { continue }
        var people = candidates(in: live, request.filter)
        people.formIntersection(sections.vectors.presence)
        let indexes = statistics.indexes(inSegment: index)
        people.forEach(in: context, steps: 256) { offset in
          _ = scores.add(sections, at: offset, indexes: indexes, factor: 1, by: &adder)
        }
      }
    }
    selection.apply(to: &scores)
    return Recommendation(
      items: try best(of: scores, request, counts: scores.counts, statistics), neighbors: [],
      method: .popular)
  }

  // MARK: From scores to items

  /// How many candidates variety chooses from.
  private static let candidateCounts = 50...1000

  /// The number depends on the limit alone, so that pages of one list choose from the same.
  private static func candidateCount(_ request: RecommendationRequest) -> Int {
    let (many, overflows) = request.limit.multipliedReportingOverflow(by: 5)
    let count = min(overflows ? .max : many, candidateCounts.upperBound)
    return max(request.limit, count, candidateCounts.lowerBound)
  }

  /// The best items, or a varied choice of them.
  /// - Parameter counts: the neighbours of each.
  private func best(
    of scores: ItemScores, _ request: RecommendationRequest, counts: [UInt32],
    _ statistics: RatingStatistics
  ) throws(StoreError) -> [Recommendation.Item] {
    let wantedCount = min(request.end, statistics.items.count)
    guard wantedCount > request.offset else { return [] }
    let best = try varied(scores, request, wantedCount, statistics)
    let items = best.map {
      Recommendation.Item(
        id: statistics.items[$0.index], score: $0.score, neighborCount: Int(counts[$0.index]))
    }
    context.take(items.count * MemoryLayout<Recommendation.Item>.stride)
    try checkContext()
    return items
  }

  /// The items from the offset to `end` by rank.
  ///
  /// With diversity, the candidates come in blocks by rank. A block's items are put in an order of their own
  /// before the next block begins, so that no item is on two pages.
  private func varied(
    _ scores: ItemScores, _ request: RecommendationRequest, _ end: Int,
    _ statistics: RatingStatistics
  ) throws(StoreError) -> [ScoredItem] {
    guard let diversity = request.diversity, diversity > 0 else {
      context.take(2 * end * MemoryLayout<Hit>.stride)
      return Array(
        scores.best(end, of: statistics.items, for: context).dropFirst(request.offset))
    }
    let blockCount = min(Self.candidateCount(request), statistics.items.count)
    let lastBlock = (end - 1) / blockCount
    let candidateCount = min((lastBlock + 1) * blockCount, statistics.items.count)
    context.take(2 * candidateCount * MemoryLayout<Hit>.stride)
    let candidates = scores.best(candidateCount, of: statistics.items, for: context)
    try checkContext()
    var chosen: [ScoredItem] = []
    let firstBlock = request.offset / blockCount
    for block in firstBlock...lastBlock {
      let best = candidates.dropFirst(block * blockCount).prefix(blockCount)
      if best.isEmpty { break }
      let raters = try ItemDiversity(
        of: best.map { statistics.items[$0.index] }, in: self, using: request.using)
      let indexes = raters.select(
        min(end - block * blockCount, best.count), diversity: diversity, scores: best.map(\.score),
        for: context)
      try checkContext()
      chosen += indexes.map { best[best.startIndex + $0] }
    }
    return Array(chosen.dropFirst(request.offset - firstBlock * blockCount))
  }

  private func join(_ catalogue: CollectionView, to items: inout [Recommendation.Item]) {
    for index in items.indices {
      guard let place = catalogue.place(of: .integer(UInt64(items[index].id))) else { continue }
      items[index].payload = catalogue.record(at: place, payload: .all, vectorNames: nil).payload
    }
  }
}

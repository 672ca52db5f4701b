import SparseIndex

/// Items that nobody has rated yet, by how like their contents are to those of what the subject has
/// rated: the cosine with Σ (rating − mean rating) · contents (after J. Rocchio, "Relevance feedback
/// in information retrieval", 1971). Where all ratings are equal each counts 1.
///
/// They get a share of the places of the whole list, spread evenly, as far as there are any: with a
/// tenth the 10th, the 20th and so on, whatever part of the list is asked for.
struct NewItems {
  /// The items for the places asked for and for the places before them, best first.
  private let items: [Recommendation.Item]
  private let share: Double

  /// Nil where none are asked for.
  /// - Parameter subjects: the ratings of each.
  /// - Throws: `.invalid`, and why the read is over.
  init?(
    for subjects: [SparseVector], _ request: RecommendationRequest, _ statistics: RatingStatistics,
    catalogue: CollectionView?, for context: ReadContext
  ) throws(StoreError) {
    guard let share = request.newItems else { return nil }
    guard 0...1 ~= share else { throw .invalid("new_items: must be from 0 to 1") }
    guard let catalogue else {
      throw .invalid("new_items: name the `catalogue` whose points are the items")
    }
    try catalogue.validate(request.itemFilter)
    self.share = share
    let contents = catalogue.itemContents()
    try context.check()
    let count = Self.slotCount(before: request.end, share, atMost: contents.items.count)
    let byteCount = contents.wordCount * MemoryLayout<Double>.stride
    if !context.take(byteCount) { try context.check() }
    defer { context.giveBack(byteCount) }
    guard count > 0, let profile = Profile(of: subjects, contents) else {
      items = []
      return
    }
    let allowed = request.itemFilter.map { filter in
      catalogue.segments.map { catalogue.candidates(in: $0, filter) }
    }
    let excluded = Set(request.exclude + subjects.flatMap(\.dimensions))
    var topK = TopK(limit: count)
    var meter = WorkMeter(context)
    for (index, item) in contents.items.enumerated() {
      if meter.isOver(after: 32) { break }
      let place = contents.places[index]
      guard statistics.raterCount(of: item) == 0, !excluded.contains(item),
        allowed?[place.segment][place.offset] ?? true
      else { continue }
      let likeness = profile.likeness(to: index)
      guard likeness > 0 else { continue }
      topK.insert(
        Hit(score: Float(likeness), id: .integer(UInt64(item)), segment: 0, offset: index))
    }
    context.take(count * MemoryLayout<Recommendation.Item>.stride)
    try context.check()
    items = topK.finish().map { hit in
      Recommendation.Item(
        id: contents.items[hit.offset], score: hit.score, neighborCount: 0, isNew: true,
        because: request.explain ? profile.reasons(for: hit.offset) : nil)
    }
  }

  /// How many of the places before one are for new items.
  private static func slotCount(before place: Int, _ share: Double, atMost limit: Int) -> Int {
    // A tenth of thirty is three, whatever binary digits say.
    Int(min(Double(place) * share + 1e-9, Double(limit)))
  }

  private func count(before place: Int) -> Int {
    Self.slotCount(before: place, share, atMost: items.count)
  }

  /// The request for the other items of the list, from its beginning on.
  func others(of request: RecommendationRequest) -> RecommendationRequest {
    var others = request
    let end = request.end
    (others.offset, others.limit) = (0, end - count(before: end))
    return others
  }

  /// The part of the list that is asked for. It ends at the first place for which there is no item.
  /// - Parameter others: the other items from the beginning on, best first.
  func merged(
    with others: [Recommendation.Item], _ request: RecommendationRequest
  ) -> [Recommendation.Item] {
    var merged: [Recommendation.Item] = []
    var others = others[...]
    var nextNew = 0
    while merged.count < request.end {
      if count(before: merged.count + 1) > nextNew {
        merged.append(items[nextNew])
        nextNew += 1
      } else if let other = others.popFirst() {
        merged.append(other)
      } else {
        break
      }
    }
    return Array(merged.dropFirst(request.offset))
  }
}

extension RecommendationRequest {
  /// Where the part of the list that is asked for ends.
  var end: Int {
    let (end, overflow) = limit.addingReportingOverflow(offset)
    return overflow ? .max : end
  }
}

/// A subject's taste in words.
private struct Profile {
  private let contents: ItemContents
  /// The factor of each rated item that the catalogue has.
  private var factors: [(item: UInt32, index: Int, factor: Double)] = []
  private var words: [Double]
  private let length: Double

  /// Nil when nothing is known of what the subject has rated.
  init?(of subjects: [SparseVector], _ contents: ItemContents) {
    self.contents = contents
    words = Array(repeating: 0, count: contents.wordCount)
    for ratings in subjects {
      let weights = ratings.weights.map(Double.init)
      let mean = weights.reduce(0, +) / Double(max(1, weights.count))
      let greatest = weights.reduce(0) { max($0, abs($1 - mean)) }
      for (item, weight) in zip(ratings.dimensions, weights) {
        guard let index = contents.index(of: item) else { continue }
        // Divided, so that the largest numbers there are have squares.
        factors.append((item, index, greatest > 0 ? (weight - mean) / greatest : 1))
      }
    }
    for (_, index, factor) in factors { contents.add(at: index, factor: factor, to: &words) }
    length = words.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return nil }
  }

  /// The cosine.
  func likeness(to index: Int) -> Double { contents.product(at: index, words) / length }

  /// The contribution of each rated item to the likeness.
  func reasons(for index: Int) -> [Recommendation.Reason] {
    var own = [Double](repeating: 0, count: contents.wordCount)
    contents.add(at: index, factor: 1, to: &own)
    return Recommendation.Reason.sorted(
      factors.map { $0.factor * contents.product(at: $0.index, own) / length },
      of: factors.map(\.item))
  }
}

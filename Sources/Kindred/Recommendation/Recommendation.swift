import SparseIndex

public struct Recommendation: Equatable, Sendable {
  public struct Item: Equatable, Sendable {
    /// The item: a dimension of the ratings vector, and a point id of the catalogue.
    public var id: UInt32
    public var score: Float
    /// How many neighbours rated the item.
    public var neighborCount: Int
    /// The item's payload in the catalogue, when one was given and has the item.
    public var payload: JSONObject?
    /// One entry a neighbour that rated the item, nearest first; nil unless asked for.
    public var explanation: [Contribution]?
  }

  public struct Contribution: Equatable, Sendable {
    public var neighbor: PointID
    /// What the neighbour added to the item's score.
    public var contribution: Float
  }

  public struct Neighbor: Equatable, Sendable {
    public var id: PointID
    /// The similarity.
    public var score: Float
  }

  /// Best first; equal scores: higher id first.
  public var items: [Item]
  /// Nearest first.
  public var neighbors: [Neighbor]
}

extension CollectionView {
  /// Finds the nearest points to the subject and sums their weights per item, in Float64 in the
  /// order of the neighbours, rounded once.
  /// - Parameter catalogue: a collection whose point ids are the items, joined to the answer.
  /// - Throws: `.pointNotFound` for a subject that does not exist, `.vectorNotFound`, `.invalid`.
  public func recommend(
    _ request: RecommendationRequest, catalogue: CollectionView? = nil
  ) throws(StoreError) -> Recommendation {
    try validate(request.filter)
    try checkVectorName(request.using)
    guard configuration.sparseVectors[request.using] != nil else {
      throw .invalid("vector `\(request.using)` is dense: ratings are a sparse vector")
    }
    guard request.neighborCount > 0 else { throw .invalid("neighbors: must be 1 or larger") }
    guard request.limit > 0 else { throw .invalid("limit: must be 1 or larger") }
    let (ratings, subject) = try ratings(of: request)
    let limit = min(request.neighborCount, max(1, pointCount))
    _ = try reserveHits(limit, request.filter)
    let hits = nearest(
      to: ratings, using: request.using, similarity: request.similarity, filter: request.filter,
      limit: limit, excluding: subject)
    try checkContext()
    func factor(_ hit: Hit) -> Double {
      request.neighborWeight == .similarity ? Double(hit.score) : 1
    }
    let sections = segments.map { $0.segment.sparseSections(request.using) }
    var sums = ItemSums(sections: sections.compactMap { $0 })
    var countedByteCount = 0
    for hit in hits {
      if context.isOver { break }
      sums.add(sections[hit.segment]!, at: hit.offset, factor: factor(hit))
      context.take(sums.byteCount - countedByteCount)
      countedByteCount = sums.byteCount
    }
    if request.excludeRated { sums.remove(ratings.dimensions) }
    var items = sums.best(request.limit, for: context)
    context.take(items.count * MemoryLayout<Recommendation.Item>.stride)
    try checkContext()
    if let catalogue {
      for index in items.indices {
        guard let place = catalogue.place(of: .integer(UInt64(items[index].id))) else { continue }
        items[index].payload =
          catalogue.record(at: place, payload: .all, vectorNames: nil).payload
      }
    }
    if request.explain {
      var vectors: [SparseVector] = []
      for hit in hits {
        guard !context.isOver, let vector = sections[hit.segment]?.vectors.vector(at: hit.offset),
          context.take(vector.count * 8)
        else { break }
        vectors.append(vector)
      }
      var meter = WorkMeter(context)
      for index in items.indices {
        let id = items[index].id
        let explanation = zip(hits, vectors).compactMap {
          hit, vector -> Recommendation.Contribution? in
          if meter.isOver(after: 64) { return nil }
          return vector.weight(of: id).map {
            .init(
              neighbor: hit.id, contribution: Float(saturating: factor(hit) * Double($0)))
          }
        }
        if !context.take(explanation.count * 2 * MemoryLayout<Recommendation.Contribution>.stride) {
          break
        }
        items[index].explanation = explanation
      }
    }
    try checkContext()
    return Recommendation(
      items: items, neighbors: hits.map { .init(id: $0.id, score: $0.score) })
  }

  /// The subject's ratings, and where it lies when it is a point.
  private func ratings(
    of request: RecommendationRequest
  ) throws(StoreError) -> (SparseVector, Place?) {
    switch request.subject {
    case .ratings(let ratings): return (ratings, nil)
    case .point(let id):
      guard let place = place(of: id) else { throw .pointNotFound(id) }
      guard
        case .sparse(let vector)? = segments[place.segment].segment.vector(
          request.using, at: place.offset)
      else { throw .invalid("point \(id) has no vector `\(request.using)`") }
      return (vector, place)
    }
  }
}

/// The neighbours' weights, summed per item.
private struct ItemSums {
  private struct Sum {
    var value = 0.0
    var count = 0

    mutating func add(_ contribution: Double) {
      value += contribution
      count &+= 1
    }
  }

  private var sums: [UInt32: Sum] = [:]
  /// By item, where items are few enough for a table.
  private var table: [Sum] = []
  private static let maxTableCount = 1 << 20

  /// - Parameter sections: those that hold the neighbours.
  init(sections: [SparseSections]) {
    var greatest: UInt32 = 0
    for sections in sections where sections.postings.dimensionCount > 0 {
      greatest = max(
        greatest, sections.postings.dimension(at: sections.postings.dimensionCount - 1))
    }
    if greatest < Self.maxTableCount {
      table = Array(repeating: Sum(), count: Int(greatest) + 1)
    }
  }

  /// Adds the weights of the vector at `offset`, each `factor` times.
  mutating func add(_ sections: SparseSections, at offset: Int, factor: Double) {
    sections.vectors.withVector(at: offset) { items, weights in
      if table.isEmpty {
        for (item, weight) in zip(items, weights) {
          sums[item, default: Sum()].add(factor * Double(weight))
        }
        return
      }
      table.withUnsafeMutableBufferPointer { table in
        for index in items.indices {
          table[Int(items[index])].add(factor * Double(weights[index]))
        }
      }
    }
  }

  mutating func remove(_ items: [UInt32]) {
    for item in items {
      if Int(item) < table.count { table[Int(item)] = Sum() }
      sums[item] = nil
    }
  }

  /// What the sums take.
  var byteCount: Int { 2 * sums.capacity * 32 + table.count * MemoryLayout<Sum>.stride }

  /// The items with the greatest sums, best first.
  func best(_ limit: Int, for context: ReadContext) -> [Recommendation.Item] {
    var topK = TopK(limit: min(limit, max(1, sums.count + table.count)))
    // Most items are behind the best ones: a look at the bar spares them the queue.
    var bar = -Double.infinity
    func consider(_ item: UInt32, _ sum: Sum) {
      guard sum.value >= bar, sum.count > 0 else { return }
      topK.insert(
        Hit(
          score: Float(saturating: sum.value), id: .integer(UInt64(item)), segment: sum.count,
          offset: Int(item)))
      // What lies below it rounds to less than the least score that could still enter.
      if let least = topK.leastUseful { bar = Double(least.nextDown) }
    }
    var meter = WorkMeter(context)
    for (item, sum) in sums {
      if meter.isOver(after: 32) { break }
      consider(item, sum)
    }
    for item in table.indices { consider(UInt32(item), table[item]) }
    return topK.finish().map {
      Recommendation.Item(id: UInt32($0.offset), score: $0.score, neighborCount: $0.segment)
    }
  }
}

extension SparseVector {
  fileprivate func weight(of dimension: UInt32) -> Float? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if dimensions[middle] < dimension { low = middle + 1 } else { high = middle }
    }
    return low < count && dimensions[low] == dimension ? weights[low] : nil
  }
}

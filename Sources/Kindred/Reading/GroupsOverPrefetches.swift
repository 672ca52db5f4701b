import SparseIndex

/// Groups of what prefetches find. How much that is has a limit, so groups may stay empty or half full
/// although there are points for them: the query is asked again, as Qdrant does it, without the groups
/// that are full and the points that have been seen, and then for what the best groups still lack.
extension CollectionView {
  /// How often the query is asked for groups, and how often for what groups lack.
  private static let askingCount = 5

  /// The first `limit` groups, best first.
  func groupsOverPrefetches(
    _ request: QueryGroupsRequest, _ stage: QueryStage,
    lookup: @escaping (String) throws(StoreError) -> CollectionView
  ) throws(StoreError) -> [RankedGroup] {
    let order = HitOrder(stage, configuration)
    var collector = GroupCollector(groupSize: request.groupSize)
    var seen: [PointID] = []
    for isFilling in [false, true] {
      for _ in 0..<Self.askingCount {
        let best = order.best(collector.groups, request.limit)
        let isFull = best.count == request.limit && best.allSatisfy(collector.isFull)
        if isFull { return best }
        var asked = stage
        asked.filter = Filter.merged(
          stage.filter,
          isFilling
            ? Filter.only(best.filter { !collector.isFull($0) }, at: request.groupBy)
            : Filter.without(collector.groups.filter(collector.isFull), at: request.groupBy))
        if !seen.isEmpty {
          asked.filter = Filter.merged(asked.filter, Filter(mustNot: [.hasID(seen)]))
        }
        let before = context.takenByteCount
        let hits = try QueryExecutor(view: self, lookup: lookup).run(asked)
        context.giveBack(context.takenByteCount - before)
        if hits.isEmpty { break }
        try collect(hits, into: &collector, request) { _ in false }
        seen += hits.map(\.id)
        context.take(hits.count * 2 * MemoryLayout<PointID>.stride)
      }
    }
    return order.best(collector.groups, request.limit)
  }
}

package typealias RankedGroup = (id: GroupID, hits: [RankedPoint])

/// The order in which a query ranks its hits, so that hits of several queries can be merged.
private struct HitOrder {
  private let isBefore: (RankedPoint, RankedPoint) -> Bool

  init(_ stage: QueryStage, _ configuration: CollectionConfiguration) {
    if case .orderBy(let orderBy)? = stage.query {
      let isAscending = orderBy.direction == .ascending
      isBefore = { left, right in
        guard let first = left.orderValue, let second = right.orderValue, first != second else {
          return isAscending ? left.id < right.id : left.id > right.id
        }
        return isAscending ? first < second : first > second
      }
      return
    }
    var isSmallerBetter = false
    switch stage.query {
    case .nearest, .byExample(.init(strategy: .averageVector)):
      isSmallerBetter =
        configuration.denseVectors[stage.using].map {
          DenseSimilarity.smallerIsBetter($0.distance)
        } ?? false
    default: break
    }
    isBefore = { [isSmallerBetter] left, right in
      guard left.score != right.score else { return left.id > right.id }
      return isSmallerBetter ? left.score < right.score : left.score > right.score
    }
  }

  /// The best groups with their hits, best first.
  func best(_ groups: [RankedGroup], _ limit: Int) -> [RankedGroup] {
    let ranked = groups.map { (id: $0.id, hits: $0.hits.sorted(by: isBefore)) }
    return Array(ranked.sorted { isBefore($0.hits[0], $1.hits[0]) }.prefix(limit))
  }
}

extension Filter {
  /// Points with a value that is not one of the groups'.
  fileprivate static func without(_ groups: [RankedGroup], at key: JSONPath) -> Filter? {
    let conditions = values(of: groups).map { Condition.field(key: key, .matchExcept($0)) }
    return conditions.isEmpty ? nil : Filter(must: conditions)
  }

  /// Points of one of the groups.
  fileprivate static func only(_ groups: [RankedGroup], at key: JSONPath) -> Filter? {
    let conditions = values(of: groups).map { Condition.field(key: key, .matchAny($0)) }
    return conditions.isEmpty ? nil : Filter(must: [.filter(Filter(should: conditions))])
  }

  /// Strings and integers apart, as conditions have them; ids beyond `Int64` have no condition.
  private static func values(of groups: [RankedGroup]) -> [[MatchValue]] {
    var strings: [MatchValue] = []
    var integers: [MatchValue] = []
    for group in groups {
      switch group.id {
      case .string(let text): strings.append(.string(text))
      case .integer(let number): integers.append(.integer(number))
      case .unsigned: break
      }
    }
    return [strings, integers].filter { !$0.isEmpty }
  }
}

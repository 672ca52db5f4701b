import JSONCodec
import SparseIndex

extension CollectionView {
  /// Runs the query over all points that have a value to group by and deals them out. The limits of
  /// prefetches are multiplied by the number of groups, as in Qdrant, and where what they find leaves
  /// groups unfilled, the query is asked again (`groupsOverPrefetches`).
  public func queryGroups(
    _ request: QueryGroupsRequest,
    lookup: @escaping (String) throws(StoreError) -> CollectionView = noLookup
  ) throws(StoreError) -> [PointGroup] {
    var stage = request.stage
    stage.prefetch = stage.prefetch.map { $0.multiplyingLimits(by: request.limit) }
    stage.limit = request.limit.multipliedClamped(by: request.groupSize)
    stage.filter = Filter.merged(
      stage.filter, Filter(mustNot: [.isEmpty(key: request.groupBy)]))

    let before = context.takenByteCount
    let groups =
      stage.prefetch.isEmpty
      ? try groupsOverAll(request, stage, lookup: lookup)
      : try groupsOverPrefetches(request, stage, lookup: lookup)
    let workByteCount = context.takenByteCount - before
    defer { context.giveBack(workByteCount) }

    let points = try scoredPoints(
      groups.flatMap(\.hits), payload: request.withPayload, vectors: request.withVector)
    let found = try lookedUp(groups.map(\.id), request.withLookup, lookup)
    var start = 0
    return groups.map { group in
      defer { start += group.hits.count }
      return PointGroup(
        id: group.id, hits: Array(points[start..<start + group.hits.count]),
        lookup: group.id.pointID.flatMap { found[$0] })
    }
  }

  /// The first `limit` groups of all points, in the order of their best hits.
  private func groupsOverAll(
    _ request: QueryGroupsRequest, _ stage: QueryStage,
    lookup: @escaping (String) throws(StoreError) -> CollectionView
  ) throws(StoreError) -> [RankedGroup] {
    let before = context.takenByteCount
    var stage = stage
    // Most groups are full long before all points have been ranked: first a few, then more.
    stage.limit = firstHitCount(request)
    while true {
      let hits = try QueryExecutor(view: self, lookup: lookup).run(stage)
      var collector = GroupCollector(groupSize: request.groupSize)
      try collect(hits, into: &collector, request) { $0.hasFilled(request.limit) }
      if collector.hasFilled(request.limit) || hits.count < stage.limit
        || stage.limit >= pointCount
      {
        return Array(collector.groups.prefix(request.limit))
      }
      stage.limit = stage.limit.multipliedClamped(by: 16)
      context.giveBack(context.takenByteCount - before)
    }
  }

  /// How many points to rank at first: all of them where ranking anew would be another ranking.
  private func firstHitCount(_ request: QueryGroupsRequest) -> Int {
    let all = max(1, pointCount)
    switch request.stage.query {
    case .sample, .nearest(_, .some): return all
    default: break
    }
    let wanted = request.limit.multipliedClamped(by: request.groupSize)
    return min(all, max(4096, wanted.multipliedClamped(by: 4)))
  }

  /// Deals out hits until there are enough.
  func collect(
    _ hits: [RankedPoint], into collector: inout GroupCollector, _ request: QueryGroupsRequest,
    until isEnough: (GroupCollector) -> Bool
  ) throws(StoreError) {
    try openPayload()
    let keys = JSONPathTree([request.groupBy.enclosing])
    var countedByteCount = collector.byteCount
    for hit in hits where !isEnough(collector) {
      // A point may have many values.
      try checkContext()
      guard let place = place(of: hit.id) else { continue }
      let payload = segments[place.segment].segment.payload.payload(
        at: place.offset, including: keys)
      collector.insert(hit, values: payload.flattenedValues(at: request.groupBy))
      context.take(collector.byteCount - countedByteCount)
      countedByteCount = collector.byteCount
    }
    try checkContext()
  }

  private func lookedUp(
    _ ids: [GroupID], _ withLookup: WithLookup?,
    _ lookup: (String) throws(StoreError) -> CollectionView
  ) throws(StoreError) -> [PointID: Record] {
    guard let withLookup else { return [:] }
    let records = try lookup(withLookup.collection).retrieve(
      ids.compactMap(\.pointID), payload: withLookup.withPayload, vectors: withLookup.withVectors)
    return Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension QueryStage {
  fileprivate func multiplyingLimits(by factor: Int) -> QueryStage {
    var stage = self
    stage.limit = limit.multipliedClamped(by: factor)
    stage.prefetch = prefetch.map { $0.multiplyingLimits(by: factor) }
    return stage
  }
}

extension Int {
  /// The product, at most `.max`. Both are at least 0.
  fileprivate func multipliedClamped(by factor: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    return overflows ? .max : product
  }
}

extension JSONPath {
  /// The path up to its first array step, for selecting the payload that holds its values.
  fileprivate var enclosing: JSONPath {
    JSONPath(
      first: first,
      rest: Array(
        rest.prefix { if case .name = $0 { true } else { false } }))
  }
}

import JSONCodec

/// The best groups of points that share a payload value, and the best points of each.
public struct QueryGroupsRequest: Equatable, Sendable {
  /// Its `limit` and `offset` mean nothing here.
  public var source: QueryRequest
  /// A payload key whose values are strings or integers. A point belongs to the group of each of its
  /// values.
  public var groupBy: JSONPath
  /// Points a group, at least 1.
  public var groupSize: Int
  /// Groups, at least 1.
  public var limit: Int
  /// The collection whose point of the group's id is answered with the group.
  public var withLookup: WithLookup?

  /// A request for 10 groups of 3 points, unless more is given.
  public init(
    source: QueryRequest, groupBy: JSONPath, groupSize: Int = 3, limit: Int = 10,
    withLookup: WithLookup? = nil
  ) {
    self.source = source
    self.groupBy = groupBy
    self.groupSize = groupSize
    self.limit = limit
    self.withLookup = withLookup
  }
}

/// The collection that has a point for each group, and what to answer of that point.
public struct WithLookup: Equatable, Sendable {
  /// The collection's name or alias.
  public var collection: String
  /// Which parts of the point's payload to answer.
  public var withPayload: PayloadSelector
  /// Which of its vectors to answer.
  public var withVectors: VectorSelector

  /// By default the whole payload and no vectors.
  public init(
    collection: String, withPayload: PayloadSelector = .all, withVectors: VectorSelector = .none
  ) {
    self.collection = collection
    self.withPayload = withPayload
    self.withVectors = withVectors
  }
}

/// The payload value that a group shares.
public enum GroupID: Hashable, Sendable {
  /// A whole number within `Int64`.
  case integer(Int64)
  /// Only for values above `Int64.max`.
  case unsigned(UInt64)
  /// A text; one that reads as a UUID names a point that can be looked up.
  case string(ByteString)

  package init?(_ value: JSONValue) {
    switch value {
    case .integer(let value): self = .integer(value)
    case .unsigned(let value): self = .unsigned(value)
    case .string(let value): self = .string(ByteString(value))
    default: return nil
    }
  }

  /// The point that a lookup answers: a non-negative integer or a UUID.
  var pointID: PointID? {
    switch self {
    case .integer(let value): UInt64(exactly: value).map { .integer($0) }
    case .unsigned(let value): .integer(value)
    case .string(let value): PointID(uuid: value.text)
    }
  }
}

/// The best points that share a value.
public struct PointGroup: Equatable, Sendable {
  /// The value.
  public var id: GroupID
  /// Best first.
  public var hits: [ScoredPoint]
  /// The point of the lookup collection; nil when there is none, or none was asked for.
  public var lookup: Record?
}

/// Deals ranked points out to groups.
package struct GroupCollector {
  package private(set) var groups: [RankedGroup] = []
  private var positions: [GroupID: Int] = [:]
  let groupSize: Int
  /// The bytes that the groups take, about.
  private(set) var byteCount = 0
  /// The groups that have `groupSize` points; those before `firstUnfilled` all are.
  private var isFull: Set<Int> = []
  private var firstUnfilled = 0

  package init(groupSize: Int) { self.groupSize = groupSize }

  /// Adds the next best point. A point with a value that cannot name a group joins no group at all.
  package mutating func insert(_ hit: RankedPoint, values: [JSONValue]) {
    var ids: [GroupID] = []
    var known: Set<GroupID> = []
    for value in values {
      guard let id = GroupID(value) else { return }
      if known.insert(id).inserted { ids.append(id) }
    }
    for id in ids {
      if let position = positions[id] {
        if groups[position].hits.count < groupSize { add(hit, to: position) }
      } else {
        positions[id] = groups.count
        groups.append((id, []))
        byteCount += Self.groupByteCount
        add(hit, to: groups.count - 1)
      }
    }
  }

  private mutating func add(_ hit: RankedPoint, to position: Int) {
    groups[position].hits.append(hit)
    byteCount += 2 * MemoryLayout<RankedPoint>.stride
    if groups[position].hits.count == groupSize {
      isFull.insert(position)
      while isFull.contains(firstUnfilled) { firstUnfilled += 1 }
    }
  }

  /// A group in the list and in the table of positions.
  private static let groupByteCount = 256
}

extension CollectionView {
  /// Runs the query over all points that have a value to group by and deals them out. The limits of
  /// prefetches are multiplied by the number of groups, as in Qdrant, and where what they find leaves
  /// groups unfilled, the query is asked again (`groupsOverPrefetches`).
  public func queryGroups(
    _ request: QueryGroupsRequest,
    lookup: @escaping (String) throws(StoreError) -> CollectionView = noLookup
  ) throws(StoreError) -> [PointGroup] {
    var source = request.source
    source.offset = 0
    source.prefetch = source.prefetch.map { $0.multiplyingLimits(by: request.limit) }
    source.limit = request.limit.multipliedClamped(by: request.groupSize)
    source.filter = Filter.merged(
      source.filter, Filter(mustNot: [.isEmpty(key: request.groupBy)]))

    let before = context.takenByteCount
    let groups =
      source.prefetch.isEmpty
      ? try groupsOverAll(request, source, lookup: lookup)
      : try groupsOverPrefetches(request, source, lookup: lookup)
    let workByteCount = context.takenByteCount - before
    defer { context.giveBack(workByteCount) }

    let points = try scoredPoints(
      groups.flatMap(\.hits), payload: source.withPayload, vectors: source.withVector)
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
    _ request: QueryGroupsRequest, _ source: QueryRequest,
    lookup: @escaping (String) throws(StoreError) -> CollectionView
  ) throws(StoreError) -> [RankedGroup] {
    let before = context.takenByteCount
    var source = source
    // Most groups are full long before all points have been ranked: first a few, then more.
    source.limit = firstHitCount(request)
    while true {
      let hits = try QueryExecutor(view: self, lookup: lookup).run(QueryStage(source))
      var collector = GroupCollector(groupSize: request.groupSize)
      try collect(hits, into: &collector, request) { $0.hasFilled(request.limit) }
      if collector.hasFilled(request.limit) || hits.count < source.limit
        || source.limit >= pointCount
      {
        return Array(collector.groups.prefix(request.limit))
      }
      source.limit = source.limit.multipliedClamped(by: 16)
      context.giveBack(context.takenByteCount - before)
    }
  }

  /// How many points to rank at first: all of them where ranking anew would be another ranking.
  private func firstHitCount(_ request: QueryGroupsRequest) -> Int {
    let all = max(1, pointCount)
    switch request.source.query {
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

extension GroupCollector {
  func isFull(_ group: RankedGroup) -> Bool { group.hits.count == groupSize }

  /// Whether the first `limit` groups exist and are full.
  fileprivate func hasFilled(_ limit: Int) -> Bool {
    firstUnfilled >= limit
  }
}

extension Prefetch {
  fileprivate func multiplyingLimits(by factor: Int) -> Prefetch {
    var prefetch = self
    prefetch.limit = limit.multipliedClamped(by: factor)
    prefetch.prefetch = self.prefetch.map { $0.multiplyingLimits(by: factor) }
    return prefetch
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

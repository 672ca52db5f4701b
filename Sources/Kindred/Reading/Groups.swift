import JSONCodec

/// The best groups of points that share a payload value, and the best points of each.
public struct QueryGroupsRequest: Equatable, Sendable {
  /// Ranks the points, as many as the groups need: its own limit means nothing.
  public var stage: QueryStage
  /// A payload key whose values are strings or integers. A point belongs to the group of each of its
  /// values.
  public var groupBy: JSONPath
  /// Points a group, at least 1.
  public var groupSize: Int
  /// Groups, at least 1.
  public var limit: Int
  /// Which parts of the points' payload to answer.
  public var withPayload: PayloadSelector
  /// Which vectors of the points to answer.
  public var withVector: VectorSelector
  /// The collection whose point of the group's id is answered with the group.
  public var withLookup: WithLookup?

  /// A request for 10 groups of 3 points, unless more is given.
  public init(
    _ stage: QueryStage, groupBy: JSONPath, groupSize: Int = 3, limit: Int = 10,
    withPayload: PayloadSelector = .none, withVector: VectorSelector = .none,
    withLookup: WithLookup? = nil
  ) {
    self.stage = stage
    self.groupBy = groupBy
    self.groupSize = groupSize
    self.limit = limit
    self.withPayload = withPayload
    self.withVector = withVector
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

extension GroupCollector {
  func isFull(_ group: RankedGroup) -> Bool { group.hits.count == groupSize }

  /// Whether the first `limit` groups exist and are full.
  func hasFilled(_ limit: Int) -> Bool {
    firstUnfilled >= limit
  }
}

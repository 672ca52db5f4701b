import SparseIndex

/// Ranks points by a payload value instead of a score.
public struct OrderBy: Equatable, Sendable {
  /// Which value comes first.
  public enum Direction: String, Sendable {
    /// The least.
    case ascending = "asc"
    /// The greatest.
    case descending = "desc"
  }

  /// The payload key, which must have an index of integers, floats or datetimes.
  public var key: JSONPath
  /// Whether the least or the greatest value comes first.
  public var direction: Direction
  /// The first value to answer, inclusive; datetimes in microseconds since 1970-01-01T00:00:00Z.
  public var startFrom: ExactNumber?

  /// An order by the key, from the least value on unless said otherwise.
  public init(
    key: JSONPath, direction: Direction = .ascending, startFrom: ExactNumber? = nil
  ) {
    self.key = key
    self.direction = direction
    self.startFrom = startFrom
  }
}

/// A value that points are ordered by; datetimes in microseconds since 1970-01-01T00:00:00Z.
public enum OrderValue: Hashable, Sendable {
  /// A whole number or a datetime.
  case integer(Int64)
  /// Any other number.
  case float(Double)

  var number: ExactNumber {
    switch self {
    case .integer(let value): .integer(value)
    case .float(let value): .double(value)
    }
  }
}

extension OrderValue: Comparable {
  public static func < (left: OrderValue, right: OrderValue) -> Bool {
    left.number < right.number
  }
}

extension OrderBy {
  /// The values at the key that an index of this kind holds. A point appears once for each of them.
  package static func values(
    of payload: JSONObject, at key: JSONPath, _ kind: PayloadIndexParameters.Kind
  )
    -> Set<OrderValue>
  {
    var values: Set<OrderValue> = []
    for value in payload.flattenedValues(at: key) {
      switch (kind, value) {
      case (.integer, .integer(let value)): values.insert(.integer(value))
      case (.integer, .double(let value)):
        if let exact = Int64(exactly: value) { values.insert(.integer(exact)) }
      case (.float, _): if let number = value.asDouble { values.insert(.float(number)) }
      case (.datetime, _): if let instant = value.datetime { values.insert(.integer(instant)) }
      default: break
      }
    }
    return values
  }

  /// The same of the values as a segment's index holds them.
  static func values(indexed values: [JSONValue]) -> Set<OrderValue> {
    Set(
      values.compactMap { value in
        switch value {
        case .integer(let value): .integer(value)
        case .double(let value): .float(value)
        default: nil
        }
      })
  }

  /// Whether the value lies at or behind the start.
  package func admits(_ value: OrderValue) -> Bool {
    guard let startFrom else { return true }
    return direction == .ascending ? value.number >= startFrom : value.number <= startFrom
  }

  /// Ascending: by value, then id; descending: the reverse of that.
  package func precedes(_ left: RankedPoint, _ right: RankedPoint) -> Bool {
    guard let leftValue = left.orderValue, let rightValue = right.orderValue else { return false }
    let (before, after) = direction == .ascending ? (left, right) : (right, left)
    if leftValue != rightValue {
      return direction == .ascending ? leftValue < rightValue : rightValue < leftValue
    }
    return before.id < after.id
  }

  /// The kind of the index at the key.
  /// - Throws: `.indexNotFound` when there is none that knows an order.
  func indexKind(in configuration: CollectionConfiguration) throws(StoreError)
    -> PayloadIndexParameters.Kind
  {
    if let index = configuration.payloadIndex(at: key), index.ordersPoints { return index.kind }
    throw .indexNotFound(key: "\(key)", for: .ordering)
  }
}

extension CollectionView {
  /// The points that pass in the order of their values; a point comes once for each of its values,
  /// and points without any do not come.
  func ordered(by orderBy: OrderBy, _ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    try validate(stage.filter)
    let kind = try orderBy.indexKind(in: configuration)
    try openPayloadIndexes()
    var hits: [RankedPoint] = []
    /// The last of the best so far, once there are enough.
    var last: RankedPoint?
    var room = 4096
    var taken = 0
    var meter = WorkMeter(context)
    for live in segments where !context.isOver {
      let points = candidates(in: live, stage.filter)
      let index = live.payloadIndex(at: orderBy.key, kind)
      points.forEach(in: context, steps: index == nil ? 1 << 12 : 128) { offset in
        let values =
          index.map { OrderBy.values(indexed: $0.values(at: offset)) }
          ?? OrderBy.values(
            of: live.payload(at: offset, holding: orderBy.key), at: orderBy.key, kind)
        for value in values where orderBy.admits(value) {
          if meter.isOver(after: 64) { return }
          let hit = RankedPoint(
            id: live.segment.id(at: offset), score: 1, orderValue: value)
          if let last, !orderBy.precedes(hit, last) { continue }
          hits.append(hit)
          if hits.count >= room {
            // Hits behind the best can be forgotten.
            hits.sort(in: context, by: orderBy.precedes)
            if hits.count > stage.limit { hits.removeLast(hits.count - stage.limit) }
            last = hits.count == stage.limit ? hits.last : nil
            room = max(room, 2 * hits.count)
            let byteCount = 2 * room * MemoryLayout<RankedPoint>.stride
            if byteCount > taken, context.take(byteCount - taken) { taken = byteCount }
          }
        }
      }
    }
    hits.sort(in: context, by: orderBy.precedes)
    try checkContext()
    return Array(hits.prefix(stage.limit))
  }

  /// A page of points in the order of a payload value, for scrolling.
  public func scroll(
    orderBy: OrderBy, limit: Int = 10, filter: Filter? = nil, payload: PayloadSelector = .all,
    vectors: VectorSelector = .none
  ) throws(StoreError) -> [Record] {
    let stage = QueryStage(query: .orderBy(orderBy), filter: filter, limit: limit)
    let points = try scoredPoints(
      try ordered(by: orderBy, stage), payload: payload, vectors: vectors)
    return points.map(\.record)
  }
}

import SparseIndex

/// A request to count the points that have each value of a payload key.
public struct FacetRequest: Equatable, Sendable {
  /// The payload key, which must have an index that knows single values.
  public var key: JSONPath
  /// Values to answer, at least 1.
  public var limit: Int
  /// Which points to count; nil for all.
  public var filter: Filter?

  /// A request for the 10 most frequent values, unless more is given.
  public init(key: JSONPath, limit: Int = 10, filter: Filter? = nil) {
    self.key = key
    self.limit = limit
    self.filter = filter
  }
}

/// A value and the number of points that have it, however often.
public struct FacetHit: Equatable, Sendable {
  /// The value.
  public var value: FacetValue
  /// Points that have it, at least 1.
  public var count: Int

  /// A value with its count.
  public init(value: FacetValue, count: Int) {
    self.value = value
    self.count = count
  }
}

/// A value of a payload key that points are counted by.
public enum FacetValue: Hashable, Sendable {
  /// A boolean.
  case bool(Bool)
  /// A whole number.
  case integer(Int64)
  /// A keyword, or a UUID in its hyphenated lower-case form.
  case string(ByteString)
}

extension FacetValue: Comparable {
  /// false < true < integers < strings; strings by their UTF-8 bytes.
  public static func < (left: FacetValue, right: FacetValue) -> Bool {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): !left && right
    case (.integer(let left), .integer(let right)): left < right
    case (.string(let left), .string(let right)): left < right
    default: left.rank < right.rank
    }
  }

  /// The bytes that a value takes in the table of counts, and in the list that is made of it.
  fileprivate var byteCount: Int {
    if case .string(let text) = self { 192 + text.utf8.count } else { 192 }
  }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .integer: 1
    case .string: 2
    }
  }
}

extension FacetValue {
  /// The value as an index of the kind holds it; UUIDs hyphenated and lower-case.
  package init?(_ value: JSONValue, _ kind: PayloadIndexParameters.Kind) {
    switch (kind, value) {
    case (.bool, .bool(let value)): self = .bool(value)
    case (.integer, .integer(let value)): self = .integer(value)
    case (.integer, .double(let value)):
      guard let exact = Int64(exactly: value) else { return nil }
      self = .integer(exact)
    case (.keyword, .string(let value)): self = .string(ByteString(value))
    case (.uuid, .string(let value)):
      guard let id = PointID(uuid: value) else { return nil }
      self = .string(ByteString(id.description))
    default: return nil
    }
  }
}

extension FacetRequest {
  /// The most frequent values: by descending count, equal counts by ascending value.
  package func rank(
    _ counts: [FacetValue: Int], for context: ReadContext = .unlimited
  ) -> [FacetHit] {
    var hits = counts.map { FacetHit(value: $0.key, count: $0.value) }
    hits.sort(in: context, steps: 64) {
      $0.count != $1.count ? $0.count > $1.count : $0.value < $1.value
    }
    return Array(hits.prefix(limit))
  }

  /// The kind of the index at the key.
  /// - Throws: `.indexNotFound` when there is none that knows single values.
  func indexKind(in configuration: CollectionConfiguration) throws(StoreError)
    -> PayloadIndexParameters.Kind
  {
    if let index = configuration.payloadIndex(at: key), index.countsValues { return index.kind }
    throw .indexNotFound(key: "\(key)", for: .facets)
  }
}

extension CollectionView {
  /// The most frequent values of a payload key; counts are always exact.
  public func facet(_ request: FacetRequest) throws(StoreError) -> [FacetHit] {
    try validate(request.filter)
    let kind = try request.indexKind(in: configuration)
    try openPayloadIndexes()
    var counts: [FacetValue: Int] = [:]
    var meter = WorkMeter(context)
    func add(_ value: FacetValue, _ pointCount: Int) {
      if meter.isOver(after: 64) { return }
      let known = counts[value]
      if known == nil, !context.take(value.byteCount) { return }
      counts[value] = (known ?? 0) + pointCount
    }
    for live in segments where !context.isOver {
      let points = candidates(in: live, request.filter)
      if let index = live.payloadIndex(at: request.key, kind) {
        for (value, count) in index.facetCounts(among: points, for: context) {
          if let value = FacetValue(value, kind) { add(value, count) }
        }
        continue
      }
      points.forEach(in: context, steps: 1 << 12) { offset in
        let payload = live.payload(at: offset, holding: request.key)
        let values = payload.flattenedValues(at: request.key).compactMap { FacetValue($0, kind) }
        for value in Set(values) { add(value, 1) }
      }
    }
    try checkContext()
    let hits = request.rank(counts, for: context)
    try checkContext()
    return hits
  }
}

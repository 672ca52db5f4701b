import JSONCodec
import Kindred

/// What a filter takes to evaluate: how many conditions, the longest list in one of them, and which
/// payload keys they look at, with the kinds of index that would serve.
struct FilterCost {
  private(set) var conditionCount = 0
  private(set) var maxCondition = 0
  private(set) var keys: [(key: String, kinds: [PayloadIndexParameters.Kind])] = []

  /// A key whose every value would have to be searched, with or without an index.
  private(set) var substringKey: String?

  init(_ filter: Filter) { add(filter, under: nil) }

  private mutating func add(_ filter: Filter, under parent: JSONPath?) {
    let all = filter.must + filter.should + filter.mustNot + (filter.minShould?.conditions ?? [])
    for condition in all { add(condition, under: parent) }
  }

  private mutating func add(_ condition: Condition, under parent: JSONPath?) {
    switch condition {
    case .filter(let filter):
      add(filter, under: parent)
      return
    case .nested(let key, let filter):
      add(filter, under: Self.path(key, under: parent).everyElement)
      return
    case .hasID(let ids): maxCondition = max(maxCondition, ids.count)
    case .field(let key, let field):
      let (size, kinds) = Self.describe(field)
      if case .matchSubstring = field { substringKey = key.description }
      maxCondition = max(maxCondition, size)
      keys.append((Self.path(key, under: parent).description, kinds))
    case .isEmpty(let key), .isNull(let key):
      keys.append((Self.path(key, under: parent).description, []))
    case .hasVector, .slice: break
    }
    conditionCount += 1
  }

  private static func path(_ key: JSONPath, under parent: JSONPath?) -> JSONPath {
    parent?.appending(key) ?? key
  }

  private static func describe(
    _ field: FieldCondition
  ) -> (size: Int, kinds: [PayloadIndexParameters.Kind]) {
    switch field {
    case .matchValue(let value): (0, kinds(value))
    case .matchAny(let values), .matchExcept(let values):
      (values.count, values.first.map(kinds) ?? [])
    case .matchText, .matchTextAny, .matchPhrase: (0, [.text])
    case .matchPrefix, .matchSubstring: (0, [.keyword])
    case .range: (0, [.integer, .float])
    case .datetimeRange: (0, [.datetime])
    case .geoBoundingBox, .geoRadius: (0, [.geo])
    case .geoPolygon(let exterior, let interiors):
      (exterior.count + interiors.reduce(0) { $0 + $1.count }, [.geo])
    case .valuesCount, .isEmpty, .isNull: (0, [])
    }
  }

  private static func kinds(_ value: MatchValue) -> [PayloadIndexParameters.Kind] {
    switch value {
    case .string: [.keyword, .uuid]
    case .integer: [.integer]
    case .bool: [.bool]
    }
  }
}

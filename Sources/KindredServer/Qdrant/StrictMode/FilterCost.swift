import JSONCodec
import Kindred

/// The cost of evaluating a filter: how many conditions, the longest list in one of them, and which
/// payload keys they look at, with what would serve them there.
struct FilterCost {
  /// A key that a condition looks at.
  struct Use {
    /// The key with `[]` behind the arrays that are looked into.
    var key: JSONPath
    /// The key without `[]`.
    var plainKey: JSONPath
    /// An index with any of these serves.
    var capabilities: [IndexCapability]
  }

  private(set) var conditionCount = 0
  private(set) var maxCondition = 0
  private(set) var uses: [Use] = []

  /// A key whose every value would have to be searched, with or without an index.
  private(set) var substringKey: String?

  init(_ filter: Filter) { add(filter, under: nil) }

  private mutating func add(_ filter: Filter, under parent: Use?) {
    let all = filter.must + filter.should + filter.mustNot + (filter.minShould?.conditions ?? [])
    for condition in all { add(condition, under: parent) }
  }

  private mutating func add(_ condition: Condition, under parent: Use?) {
    switch condition {
    case .filter(let filter):
      add(filter, under: parent)
      return
    case .nested(let key, let filter):
      var array = Self.use(key, under: parent)
      array.key = array.key.everyElement
      add(filter, under: array)
      return
    case .hasID(let ids): maxCondition = max(maxCondition, ids.count)
    case .field(let key, let field):
      if case .matchSubstring = field { substringKey = key.description }
      maxCondition = max(maxCondition, Self.size(field))
      uses.append(Self.use(key, under: parent, field.servingCapabilities))
    case .isEmpty(let key), .isNull(let key):
      uses.append(Self.use(key, under: parent, IndexCapability.allCases))
    case .hasVector, .slice: break
    }
    conditionCount += 1
  }

  private static func use(
    _ key: JSONPath, under parent: Use?, _ capabilities: [IndexCapability] = []
  ) -> Use {
    Use(
      key: parent?.key.appending(key) ?? key, plainKey: parent?.plainKey.appending(key) ?? key,
      capabilities: capabilities)
  }

  private static func size(_ field: FieldCondition) -> Int {
    switch field {
    case .matchAny(let values), .matchExcept(let values): values.count
    case .geoPolygon(let exterior, let interiors):
      exterior.count + interiors.reduce(0) { $0 + $1.count }
    default: 0
    }
  }
}

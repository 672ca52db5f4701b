import Kindred

/// An ability that a payload index needs to serve a condition.
enum IndexCapability: CaseIterable {
  case keywordMatch, keywordPrefix, integerMatch, integerRange, floatRange, boolMatch, uuidMatch
  case datetimeRange, geo, text, phrase

  /// The kind of index that has it, if its parameters say so.
  var kind: PayloadIndexParameters.Kind {
    switch self {
    case .keywordMatch, .keywordPrefix: .keyword
    case .integerMatch, .integerRange: .integer
    case .floatRange: .float
    case .boolMatch: .bool
    case .uuidMatch: .uuid
    case .datetimeRange: .datetime
    case .geo: .geo
    case .text, .phrase: .text
    }
  }

  /// The parameter that gives an index of that kind the capability, and whether it does so by itself.
  private var parameter: (name: String, isOnByDefault: Bool)? {
    switch self {
    case .keywordPrefix: ("prefix", false)
    case .integerMatch: ("lookup", true)
    case .integerRange: ("range", true)
    case .phrase: ("phrase_matching", false)
    default: nil
    }
  }

  func isServed(by index: PayloadIndexParameters) -> Bool {
    guard index.kind == kind else { return false }
    guard let (name, isOnByDefault) = parameter else { return true }
    return (index.parameters[name] ?? .bool(isOnByDefault)) == true
  }
}

extension FieldCondition {
  /// An index with any of these serves the condition.
  var servingCapabilities: [IndexCapability] {
    switch self {
    case .matchValue(let value): Self.serving([value])
    case .matchAny(let values), .matchExcept(let values): Self.serving(values)
    case .matchText, .matchTextAny: [.text]
    case .matchPhrase: [.phrase]
    case .matchPrefix: [.keywordPrefix]
    case .matchSubstring: []
    case .range: [.integerRange, .floatRange]
    case .datetimeRange: [.datetimeRange]
    case .geoBoundingBox, .geoRadius, .geoPolygon: [.geo]
    // Every index knows which points have values, and how many.
    case .valuesCount, .isEmpty, .isNull: IndexCapability.allCases
    }
  }

  private static func serving(_ values: [MatchValue]) -> [IndexCapability] {
    switch values.first {
    case nil: return [.keywordMatch, .integerMatch]
    case .integer: return [.integerMatch]
    case .bool: return [.boolMatch]
    case .string:
      let areUUIDs = values.allSatisfy {
        if case .string(let text) = $0 { PointID(uuid: text.text) != nil } else { false }
      }
      return areUUIDs ? [.keywordMatch, .uuidMatch] : [.keywordMatch]
    }
  }
}

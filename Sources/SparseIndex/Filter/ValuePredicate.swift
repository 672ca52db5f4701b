package import JSONCodec

/// A field condition, prepared: the one place that knows what each condition means for a value.
/// Masks on columns and the point-wise check both ask it.
package struct ValuePredicate: Sendable {
  package let condition: FieldCondition
  private let strings: Set<ByteString>
  private let integers: Set<Int64>
  private let uuids: Set<PointID>
  private let matchesWholeDoubles: Bool
  private let analysis: TextAnalysis
  /// Of a text condition; none means that nothing matches.
  package let queryTokens: [ByteString]

  package init(_ condition: FieldCondition, key: JSONPath, semantics: FilterSemantics) {
    self.condition = condition
    let values: [MatchValue] =
      switch condition {
      case .matchValue(let value): [value]
      case .matchAny(let values), .matchExcept(let values): values
      default: []
      }
    strings = Set(values.compactMap { if case .string(let s) = $0 { s } else { nil } })
    integers = Set(values.compactMap { if case .integer(let i) = $0 { i } else { nil } })
    let kind = semantics.indexKind(of: key)
    uuids = kind == .uuid ? Set(strings.compactMap { PointID(uuid: $0.text) }) : []
    matchesWholeDoubles = kind == .integer
    analysis = semantics.analysis(for: key)
    switch condition {
    case .matchText(let text), .matchTextAny(let text), .matchPhrase(let text):
      queryTokens = analysis.queryTerms(text.text).map { ByteString($0) }
    default: queryTokens = []
    }
  }

  /// Whether a point passes whose key leads to `values` (none when it is missing).
  package func matches(_ values: [JSONValue]) -> Bool {
    values.isEmpty ? matchesMissing : values.contains(where: matchesValue)
  }

  /// Whether a point passes that lacks the key.
  package var matchesMissing: Bool {
    switch condition {
    case .valuesCount(let range): range.contains(0)
    case .isEmpty(let isEmpty): isEmpty
    case .isNull(let isNull): !isNull
    default: false
    }
  }

  /// The only strings that pass, when they must be equal to one of a list byte for byte.
  package var exactStrings: [String]? {
    switch condition {
    case .matchValue, .matchAny: uuids.isEmpty ? strings.map(\.text) : nil
    default: nil
    }
  }

  /// The only UUIDs that pass, when the key has a uuid index and every listed string is a UUID.
  package var exactUUIDs: [String]? {
    switch condition {
    case .matchValue, .matchAny:
      !strings.isEmpty && integers.isEmpty && uuids.count > 0
        && strings.allSatisfy({ PointID(uuid: $0.text) != nil }) ? uuids.map(\.description) : nil
    default: nil
    }
  }

  /// Whether a value that the key leads to passes: itself or, when it is an array, any element.
  package func matchesValue(_ value: JSONValue) -> Bool {
    switch condition {
    case .valuesCount(let range): return range.contains(Self.count(value))
    case .isEmpty(let isEmpty): return Self.isEmpty(value) == isEmpty
    case .isNull(let isNull): return Self.isNull(value) == isNull
    default:
      if case .array(let elements) = value { return elements.contains(where: matchesElement) }
      return matchesElement(value)
    }
  }

  /// Whether one value passes that is not unwrapped any further.
  package func matchesElement(_ value: JSONValue) -> Bool {
    switch condition {
    case .matchValue(.bool(let bool)): value == .bool(bool)
    case .matchValue, .matchAny: isListed(value)
    case .matchExcept: value != .null && !isListed(value)
    case .matchText, .matchTextAny, .matchPhrase: value.asString.map(matchesText) ?? false
    case .matchPrefix(let prefix): value.asString?.utf8.starts(with: prefix.utf8) ?? false
    case .matchSubstring(let part): value.asString.map { Self.contains($0, part.text) } ?? false
    case .range(let range): ExactNumber(value).map(range.contains) ?? false
    case .datetimeRange(let range):
      value.asString.flatMap(Datetime.microseconds).map(range.contains) ?? false
    case .geoBoundingBox, .geoRadius, .geoPolygon:
      GeoPoint(payload: value).map(matchesPoint) ?? false
    case .valuesCount, .isEmpty, .isNull: matchesValue(value)
    }
  }

  /// Whether a place passes a geo condition.
  package func matchesPoint(_ point: GeoPoint) -> Bool {
    switch condition {
    case .geoBoundingBox(let topLeft, let bottomRight):
      point.isInside(topLeft: topLeft, bottomRight: bottomRight)
    case .geoRadius(let center, let radius): point.isInside(radius: radius, around: center)
    case .geoPolygon(let exterior, let interiors):
      point.isInside(exterior: exterior, interiors: interiors)
    default: false
    }
  }

  private func isListed(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let string):
      if strings.contains(ByteString(string)) { return true }
      return !uuids.isEmpty && PointID(uuid: string).map(uuids.contains) ?? false
    case .integer(let integer): return integers.contains(integer)
    case .double(let double) where matchesWholeDoubles:
      return Int64(exactly: double).map(integers.contains) ?? false
    case .bool(let bool):
      if case .matchAny(let values) = condition { return values.contains(.bool(bool)) }
      return false
    default: return false
    }
  }

  private func matchesText(_ text: String) -> Bool {
    guard !queryTokens.isEmpty else { return false }
    let tokens = analysis.documentTerms(text).map { ByteString($0) }
    switch condition {
    case .matchText:
      let present = Set(tokens)
      return queryTokens.allSatisfy(present.contains)
    case .matchTextAny:
      let present = Set(tokens)
      return queryTokens.contains(where: present.contains)
    default:
      guard tokens.count >= queryTokens.count else { return false }
      return (0...tokens.count - queryTokens.count).contains { start in
        tokens[start..<start + queryTokens.count].elementsEqual(queryTokens)
      }
    }
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    let text = Array(text.utf8)
    let part = Array(part.utf8)
    guard part.count <= text.count else { return false }
    return (0...text.count - part.count).contains { start in
      text[start..<start + part.count].elementsEqual(part)
    }
  }

  // MARK: Shared with conditions that are not about a field's value

  static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .array(let elements): elements.isEmpty
    default: false
    }
  }

  static func isNull(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .array(let elements): elements.contains(.null)
    default: false
    }
  }

  private static func count(_ value: JSONValue) -> Int {
    switch value {
    case .null: 0
    case .array(let elements): elements.count
    default: 1
    }
  }
}

extension GeoPoint {
  /// An object with numbers `lon` and `lat`.
  package init?(payload value: JSONValue) {
    guard case .object(let object) = value, let longitude = object["lon"]?.asDouble,
      let latitude = object["lat"]?.asDouble
    else { return nil }
    self.init(longitude: longitude, latitude: latitude)
  }
}

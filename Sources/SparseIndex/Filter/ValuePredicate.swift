package import JSONCodec

/// A field condition, prepared: the one place that knows what each condition means for a value.
/// Masks on columns and the point-wise check both ask it.
package final class ValuePredicate: Sendable {
  package let condition: FieldCondition
  private let strings: Set<ByteString>
  private let integers: Set<Int64>
  private let uuids: Set<PointID>
  /// Which booleans are listed.
  private let bools: Set<Bool>
  private let matchesWholeDoubles: Bool
  private let analysis: TextAnalysis
  /// Whether words may come from several of a key's texts.
  private let joinsTexts: Bool
  /// The tokens of a text condition; none means that nothing matches.
  package let queryTokens: [ByteString]
  private let queryTokenSet: Set<ByteString>
  /// The pattern of a phrase, or of a substring.
  private let phrase: SequencePattern<ByteString>?
  private let substring: SequencePattern<UInt8>?

  /// The limits of the read that asks; values may be long.
  private let context: ReadContext

  /// - Parameter context: when it is over, the predicate means nothing.
  package init(
    _ condition: FieldCondition, key: JSONPath, semantics: FilterSemantics,
    for context: ReadContext = .unlimited
  ) {
    self.condition = condition
    self.context = context
    let values: [MatchValue] =
      switch condition {
      case .matchValue(let value): [value]
      case .matchAny(let values), .matchExcept(let values): values
      default: []
      }
    let kind = semantics.indexKind(of: key)
    var strings: Set<ByteString> = []
    var integers: Set<Int64> = []
    var uuids: Set<PointID> = []
    var bools: Set<Bool> = []
    var meter = WorkMeter(context)
    // Sets grow by doubling.
    let setByteCount = values.count * 2 * MemoryLayout<MatchValue>.stride
    let hasRoom = context.take(setByteCount)
    defer { if hasRoom { context.giveBack(setByteCount) } }
    for value in values where hasRoom {
      if meter.isOver(after: 64) { break }
      switch value {
      case .string(let text):
        strings.insert(text)
        if kind == .uuid, let id = PointID(uuid: text.text) { uuids.insert(id) }
      case .integer(let integer): integers.insert(integer)
      case .bool(let bool): bools.insert(bool)
      }
    }
    self.strings = strings
    self.integers = integers
    self.uuids = uuids
    self.bools = bools
    matchesWholeDoubles = kind == .integer
    analysis = semantics.analysis(for: key)
    joinsTexts = semantics.joinsTexts(at: key)
    var tokens = QueryTokens()
    defer { context.giveBack(tokens.byteCount) }
    switch condition {
    case .matchText(let text), .matchTextAny(let text):
      tokens.take(text.text, analysis, keepingRepeated: false, for: context)
    case .matchPhrase(let text):
      tokens.take(text.text, analysis, keepingRepeated: true, for: context)
    default: break
    }
    queryTokens = tokens.list
    queryTokenSet = tokens.set
    if case .matchPhrase = condition {
      phrase = SequencePattern(tokens.list, for: context)
    } else {
      phrase = nil
    }
    if case .matchSubstring(let part) = condition {
      substring = SequencePattern(Array(part.utf8), for: context)
    } else {
      substring = nil
    }
  }

  /// The words that a text condition looks for.
  private struct QueryTokens {
    var list: [ByteString] = []
    var set: Set<ByteString> = []
    /// Bytes that both take of the read's memory.
    var byteCount = 0

    /// Each in the list, and in the set: both grow by doubling.
    private static let tokenByteCount = 96
    /// Once more in the list of a phrase, which has a table as long.
    private static let repeatedByteCount = 48

    mutating func take(
      _ text: String, _ analysis: TextAnalysis, keepingRepeated: Bool, for context: ReadContext
    ) {
      var meter = WorkMeter(context)
      analysis.forEachQueryTerm(of: text) { term in
        let token = ByteString(term)
        let isNew = set.insert(token).inserted
        guard isNew || keepingRepeated else { return !meter.isOver(after: 64) }
        let growth = isNew ? Self.tokenByteCount + term.utf8.count : Self.repeatedByteCount
        guard !meter.isOver(after: 64 + term.utf8.count), context.take(growth) else { return false }
        byteCount += growth
        list.append(token)
        return true
      }
    }
  }

  /// Whether a point passes whose key leads to `values` (none when it is missing).
  package func matches(_ values: [JSONValue]) -> Bool {
    if case .matchText = condition, joinsTexts {
      return matchesText(values.flatMap { $0.asArray ?? [$0] }.compactMap(\.asString))
    }
    return values.isEmpty ? matchesMissing : values.contains(where: matchesValue)
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
      if case .array(let elements) = value {
        var meter = WorkMeter(context)
        return elements.contains { !meter.isOver(after: steps) && matchesElement($0) }
      }
      return matchesElement(value)
    }
  }

  /// Whether one value passes that is not unwrapped any further.
  package func matchesElement(_ value: JSONValue) -> Bool {
    switch condition {
    case .matchValue(.bool(let bool)): value == .bool(bool)
    case .matchValue, .matchAny: isListed(value)
    case .matchExcept: value != .null && !isListed(value)
    case .matchText, .matchTextAny, .matchPhrase:
      value.asString.map { matchesText([$0]) } ?? false
    case .matchPrefix(let prefix): value.asString?.utf8.starts(with: prefix.utf8) ?? false
    case .matchSubstring:
      value.asString.flatMap { substring?.isFound(in: $0.utf8, for: context) } ?? false
    case .range(let range): ExactNumber(value).map(range.contains) ?? false
    case .datetimeRange(let range):
      value.asString.flatMap(Datetime.microseconds).map(range.contains) ?? false
    case .geoBoundingBox, .geoRadius, .geoPolygon:
      GeoPoint(payload: value).map(matchesPoint) ?? false
    case .valuesCount, .isEmpty, .isNull: matchesValue(value)
    }
  }

  /// The work of one value (see `WorkMeter`).
  var steps: Int {
    switch condition {
    case .geoPolygon(let exterior, let interiors):
      interiors.reduce(16 + exterior.count * 2) { $0 + $1.count * 2 }
    case .matchText, .matchTextAny, .matchPhrase, .matchSubstring: 1 << 12
    default: 32
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
    case .bool(let bool): return bools.contains(bool)
    default: return false
    }
  }

  /// Words may come from any of the texts, phrases from one.
  private func matchesText(_ texts: [String]) -> Bool {
    guard !queryTokens.isEmpty else { return false }
    var meter = WorkMeter(context)
    var matches = false
    var found: Set<ByteString> = []
    for text in texts where !matches {
      var matcher = phrase?.matcher
      analysis.forEachDocumentTerm(of: text) { term in
        if meter.isOver(after: 16 + term.utf8.count) { return false }
        let token = ByteString(term)
        switch condition {
        case .matchText:
          if queryTokenSet.contains(token) { found.insert(token) }
          matches = found.count == queryTokenSet.count
        case .matchTextAny: matches = queryTokenSet.contains(token)
        default: matches = matcher?.ends(with: token) ?? false
        }
        return !matches
      }
    }
    return matches
  }

  // MARK: Shared with conditions that are not about a key's values

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

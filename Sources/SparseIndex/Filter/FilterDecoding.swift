package import JSONCodec

extension Filter {
  /// Reads Qdrant's filter syntax: `must`, `should` and `must_not` take one condition or a list.
  package init(json: JSONInput) throws(JSONInputError) {
    let object = try json.object()
    for member in object.members where !Self.clauses.contains(member.name) {
      throw json.error(
        "unknown field `\(member.name)`, expected one of `should`, `min_should`, `must`, `must_not`"
      )
    }
    self.init(
      must: try Self.conditions(try json.optional("must")),
      should: try Self.conditions(try json.optional("should")),
      mustNot: try Self.conditions(try json.optional("must_not")))
    if let clause = try json.optional("min_should") {
      let minCount = try clause.member("min_count")
      guard try minCount.unsigned() >= 1 else {
        throw minCount.error("value 0 invalid, must be 1 or larger")
      }
      let conditions = try clause.member("conditions")
      // One by itself is not a list here.
      _ = try conditions.elements()
      minShould = MinShould(
        conditions: try Self.conditions(conditions),
        minCount: Int(clamping: try minCount.unsigned()))
    }
  }

  static let clauses: Set = ["must", "should", "must_not", "min_should"]

  private static func conditions(_ input: JSONInput?) throws(JSONInputError) -> [Condition] {
    guard let input else { return [] }
    var conditions: [Condition] = []
    let elements = try input.oneOrMany()
    // A list beyond the limit is not even decoded.
    guard elements.count <= Self.maxConditionCount else {
      throw input.error(
        InvalidFilter.tooManyConditions(max: Self.maxConditionCount).description)
    }
    for element in elements { conditions.append(try Condition(json: element)) }
    return conditions
  }
}

extension Condition {
  package init(json: JSONInput) throws(JSONInputError) {
    let object = try json.object()
    if json.has("key") {
      self = try Self.field(json)
    } else if let field = try json.optional("is_empty") {
      self = .isEmpty(key: try field.member("key").keyPath())
    } else if let field = try json.optional("is_null") {
      self = .isNull(key: try field.member("key").keyPath())
    } else if let ids = try json.optional("has_id") {
      var points: [PointID] = []
      let elements = try ids.elements()
      points.reserveCapacity(elements.count)
      for id in elements { points.append(try id.pointID()) }
      self = .hasID(points)
    } else if let name = try json.optional("has_vector") {
      self = .hasVector(ByteString(try name.string()))
    } else if let nested = try json.optional("nested") {
      self = .nested(
        key: try nested.member("key").keyPath(), try Filter(json: try nested.member("filter")))
    } else if let slice = try json.optional("slice") {
      let total = try slice.member("total").unsigned()
      let index = try slice.member("index").unsigned()
      guard total > 0 else { throw slice.error("total: value 0 invalid, must be 1 or larger") }
      guard index < total else { throw slice.error("index: must be less than total (\(total))") }
      self = .slice(index: index, total: total)
    } else if object.members.allSatisfy({ Filter.clauses.contains($0.name) }) {
      self = .filter(try Filter(json: json))
    } else {
      let names = object.members.map { "`\($0.name)`" }.joined(separator: ", ")
      throw json.error(
        "unknown condition with \(names); expected a field condition (`key` with `match`, `range`, "
          + "`geo_bounding_box`, `geo_radius`, `geo_polygon`, `values_count`, `is_empty` or "
          + "`is_null`), `is_empty`, `is_null`, `has_id`, `has_vector`, `nested`, `slice`, or a filter"
      )
    }
  }

  /// A field condition. Several tests of one key hold when any of them does, as in Qdrant, except
  /// that `values_count`, `is_empty` and `is_null` (in this order) stand alone.
  private static func field(_ json: JSONInput) throws(JSONInputError) -> Condition {
    let key = try json.member("key").keyPath()
    // All that is there must make sense, whichever of it counts.
    var alone: [FieldCondition] = []
    if let input = try json.optional("values_count") {
      alone.append(.valuesCount(try CountRange(json: input)))
    }
    if let input = try json.optional("is_empty") { alone.append(.isEmpty(try input.bool())) }
    if let input = try json.optional("is_null") { alone.append(.isNull(try input.bool())) }
    var tests: [FieldCondition] = []
    if let input = try json.optional("match") { tests.append(try FieldCondition(match: input)) }
    if let input = try json.optional("range") { tests.append(try FieldCondition(range: input)) }
    if let input = try json.optional("geo_bounding_box") {
      tests.append(
        .geoBoundingBox(
          topLeft: try GeoPoint(json: try input.member("top_left")),
          bottomRight: try GeoPoint(json: try input.member("bottom_right"))))
    }
    if let input = try json.optional("geo_radius") {
      tests.append(
        .geoRadius(
          center: try GeoPoint(json: try input.member("center")),
          radius: try input.double("radius")))
    }
    if let input = try json.optional("geo_polygon") {
      tests.append(try FieldCondition(polygon: input))
    }
    if let first = alone.first { return .field(key: key, first) }
    guard let first = tests.first else {
      throw json.validationError("At least one field condition must be specified")
    }
    if tests.count == 1 { return .field(key: key, first) }
    return .filter(Filter(should: tests.map { .field(key: key, $0) }))
  }
}

extension FieldCondition {
  fileprivate init(match: JSONInput) throws(JSONInputError) {
    if let value = try match.optional("value") {
      self = .matchValue(try MatchValue(json: value))
    } else if let text = try match.optional("text") {
      self = .matchText(ByteString(try text.string()))
    } else if let text = try match.optional("text_any") {
      self = .matchTextAny(ByteString(try text.string()))
    } else if let text = try match.optional("phrase") {
      self = .matchPhrase(ByteString(try text.string()))
    } else if let text = try match.optional("prefix") {
      self = .matchPrefix(ByteString(try text.string()))
    } else if let text = try match.optional("substring") {
      self = .matchSubstring(ByteString(try text.string()))
    } else if let list = try match.optional("any") {
      self = .matchAny(try Self.values(list))
    } else if let list = try match.optional("except") {
      self = .matchExcept(try Self.values(list))
    } else {
      throw match.error(
        "expected one of `value`, `text`, `text_any`, `phrase`, `prefix`, `substring`, `any`, `except`"
      )
    }
  }

  /// Strings only, or integers only.
  private static func values(_ list: JSONInput) throws(JSONInputError) -> [MatchValue] {
    var values: [MatchValue] = []
    for element in try list.elements() {
      let value = try MatchValue(json: element)
      switch (values.first ?? value, value) {
      case (.string, .string), (.integer, .integer): values.append(value)
      default: throw element.error("expected all strings or all integers")
      }
    }
    return values
  }

  /// Numbers, or dates and times as strings.
  fileprivate init(range: JSONInput) throws(JSONInputError) {
    let names = ["lt", "gt", "gte", "lte"]
    let object = try range.object()
    if names.contains(where: { object[$0]?.asString != nil }) {
      var bounds: [Int64?] = []
      for name in names {
        guard let input = try range.optional(name) else {
          bounds.append(nil)
          continue
        }
        guard let instant = Datetime.microseconds(try input.string()) else {
          throw input.error(
            "'\(try input.string())' is not in a supported date/time format, please use RFC 3339")
        }
        bounds.append(instant)
      }
      self = .datetimeRange(
        DatetimeRange(lt: bounds[0], gt: bounds[1], gte: bounds[2], lte: bounds[3]))
    } else {
      var bounds: [ExactNumber?] = []
      for name in names { bounds.append(try range.optional(name)?.number()) }
      self = .range(NumberRange(lt: bounds[0], gt: bounds[1], gte: bounds[2], lte: bounds[3]))
    }
  }

  fileprivate init(polygon: JSONInput) throws(JSONInputError) {
    let exterior = try Self.ring(try polygon.member("exterior"))
    var interiors: [[GeoPoint]] = []
    if let list = try polygon.optional("interiors") {
      for ring in try list.elements() { interiors.append(try Self.ring(ring)) }
    }
    self = .geoPolygon(exterior: exterior, interiors: interiors)
  }

  private static func ring(_ json: JSONInput) throws(JSONInputError) -> [GeoPoint] {
    var points: [GeoPoint] = []
    for point in try json.member("points").elements() { points.append(try GeoPoint(json: point)) }
    guard points.count >= 4 else {
      throw json.error("polygon invalid, the size must be at least 4, got \(points.count)")
    }
    guard points.first == points.last else {
      throw json.error("polygon invalid, the first and the last points should be the same")
    }
    return points
  }
}

extension MatchValue {
  fileprivate init(json: JSONInput) throws(JSONInputError) {
    switch json.value {
    case .string(let string): self = .string(ByteString(string))
    case .integer(let integer): self = .integer(integer)
    case .bool(let bool): self = .bool(bool)
    default: throw json.error("expected a string, an integer or a boolean")
    }
  }
}

extension CountRange {
  fileprivate init(json: JSONInput) throws(JSONInputError) {
    var bounds: [Int?] = []
    for name in ["lt", "gt", "gte", "lte"] {
      guard let input = try json.optional(name) else {
        bounds.append(nil)
        continue
      }
      bounds.append(Int(clamping: try input.unsigned()))
    }
    self.init(lt: bounds[0], gt: bounds[1], gte: bounds[2], lte: bounds[3])
  }
}

extension GeoPoint {
  package init(json: JSONInput) throws(JSONInputError) {
    let longitude = try json.double("lon")
    let latitude = try json.double("lat")
    guard abs(longitude) <= 180, abs(latitude) <= 90 else {
      throw json.error(
        "longitude must be between -180 and 180 and latitude between -90 and 90, "
          + "got \(longitude) and \(latitude)")
    }
    self.init(longitude: longitude, latitude: latitude)
  }
}

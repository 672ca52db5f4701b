#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf
  import SparseIndex
  import StorageIO
  import SwiftProtobuf

  /// Filters become the trees that REST's decoder takes, which alone knows what they mean.
  extension Qdrant_Filter {
    func tree() throws(APIError) -> JSONValue {
      var object: JSONObject = [:]
      if !should.isEmpty { object["should"] = try Self.list(should) }
      if !must.isEmpty { object["must"] = try Self.list(must) }
      if !mustNot.isEmpty { object["must_not"] = try Self.list(mustNot) }
      if hasMinShould {
        object["min_should"] = [
          "conditions": try Self.list(minShould.conditions),
          "min_count": .unsignedInteger(minShould.minCount),
        ]
      }
      return .object(object)
    }

    private static func list(_ conditions: [Qdrant_Condition]) throws(APIError) -> JSONValue {
      var trees: [JSONValue] = []
      trees.reserveCapacity(conditions.count)
      for condition in conditions { trees.append(try condition.tree()) }
      return .array(trees)
    }

    func filter(_ watch: DecodingWatch? = nil) throws -> Filter {
      let tree: JSONValue = ["filter": try tree()]
      return try JSONInput(tree, watch: watch).filter() ?? Filter()
    }
  }

  extension JSONValue {
    static func unsignedInteger(_ number: UInt64) -> JSONValue {
      Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
    }
  }

  extension Qdrant_Condition {
    func tree() throws(APIError) -> JSONValue {
      switch conditionOneOf {
      case .field(let field): return try field.tree()
      case .isEmpty(let condition): return ["is_empty": ["key": .string(condition.key)]]
      case .isNull(let condition): return ["is_null": ["key": .string(condition.key)]]
      case .hasID_p(let condition):
        var ids: [JSONValue] = []
        for id in condition.hasID_p { ids.append(try id.json()) }
        return ["has_id": .array(ids)]
      case .filter(let filter): return try filter.tree()
      case .nested(let nested):
        return [
          "nested": ["key": .string(nested.key), "filter": try nested.filter.tree()]
        ]
      case .hasVector_p(let condition): return ["has_vector": .string(condition.hasVector_p)]
      case .slice(let slice):
        return [
          "slice": ["total": .integer(Int64(slice.total)), "index": .integer(Int64(slice.index))]
        ]
      case nil: throw .badRequest("Malformed Condition type: it has no condition")
      }
    }
  }

  extension Qdrant_PointId {
    func json() throws(APIError) -> JSONValue {
      switch try PointID(self) {
      case .integer(let number): .unsignedInteger(number)
      case .uuid: .string(uuid)
      }
    }
  }

  extension Qdrant_FieldCondition {
    fileprivate func tree() throws(APIError) -> JSONValue {
      var object: JSONObject = ["key": .string(key)]
      if hasMatch { object["match"] = try match.tree() }
      if hasRange { object["range"] = try range.tree() }
      if hasGeoBoundingBox {
        object["geo_bounding_box"] = [
          "top_left": geoBoundingBox.topLeft.tree, "bottom_right": geoBoundingBox.bottomRight.tree,
        ]
      }
      if hasGeoRadius {
        object["geo_radius"] = [
          "center": geoRadius.center.tree,
          "radius": .double(Double(try finite(geoRadius.radius, "radius"))),
        ]
      }
      if hasGeoPolygon {
        object["geo_polygon"] = [
          "exterior": geoPolygon.exterior.tree,
          "interiors": .array(geoPolygon.interiors.map(\.tree)),
        ]
      }
      if hasValuesCount { object["values_count"] = valuesCount.tree }
      if hasIsEmpty { object["is_empty"] = .bool(isEmpty) }
      if hasIsNull { object["is_null"] = .bool(isNull) }
      guard hasDatetimeRange else { return .object(object) }
      let times = try datetimeRange.tree()
      guard hasRange else {
        object["range"] = times
        return .object(object)
      }
      // Several tests of one key hold when any of them does.
      return ["should": [.object(object), ["key": .string(key), "range": times]]]
    }
  }

  extension Qdrant_Match {
    fileprivate func tree() throws(APIError) -> JSONValue {
      func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
      func list(_ numbers: [Int64]) -> JSONValue { .array(numbers.map { .integer($0) }) }
      switch matchValue {
      case .keyword(let text): return ["value": .string(text)]
      case .integer(let number): return ["value": .integer(number)]
      case .boolean(let bool): return ["value": .bool(bool)]
      case .text(let text): return ["text": .string(text)]
      case .keywords(let texts): return ["any": list(texts.strings)]
      case .integers(let numbers): return ["any": list(numbers.integers)]
      case .exceptIntegers(let numbers): return ["except": list(numbers.integers)]
      case .exceptKeywords(let texts): return ["except": list(texts.strings)]
      case .phrase(let text): return ["phrase": .string(text)]
      case .textAny(let text): return ["text_any": .string(text)]
      case .prefix(let text): return ["prefix": .string(text)]
      case .substring(let text): return ["substring": .string(text)]
      case nil: throw .badRequest("Malformed Match condition: it has no value")
      }
    }
  }

  extension Qdrant_Range {
    fileprivate func tree() throws(APIError) -> JSONValue {
      var object: JSONObject = [:]
      let bounds: [(String, Double?)] = [
        ("lt", hasLt ? lt : nil), ("gt", hasGt ? gt : nil), ("gte", hasGte ? gte : nil),
        ("lte", hasLte ? lte : nil),
      ]
      for case (let name, let bound?) in bounds {
        guard bound.isFinite else { throw .wrongInput("range.\(name) is \(bound)") }
        object[name] = .double(bound)
      }
      return .object(object)
    }
  }

  extension Qdrant_DatetimeRange {
    fileprivate func tree() throws(APIError) -> JSONValue {
      var object: JSONObject = [:]
      if hasLt { object["lt"] = try lt.tree() }
      if hasGt { object["gt"] = try gt.tree() }
      if hasGte { object["gte"] = try gte.tree() }
      if hasLte { object["lte"] = try lte.tree() }
      return .object(object)
    }
  }

  extension Google_Protobuf_Timestamp {
    /// The date and time as text.
    func tree() throws(APIError) -> JSONValue {
      // From year 1 to year 9999, as the message is documented.
      guard -62_135_596_800...253_402_300_799 ~= seconds, 0...999_999_999 ~= nanos else {
        throw .wrongInput("a timestamp of \(seconds) s and \(nanos) ns is out of range")
      }
      let digits = String(nanos)
      let fraction = String(repeating: "0", count: 9 - digits.count) + digits
      return .string(Machine.timestamp(at: Int(seconds)) + ".\(fraction)Z")
    }

    /// - Parameter text: as Kindred writes times, to the second.
    init?(_ text: String) {
      guard let microseconds = Datetime.microseconds(text) else { return nil }
      self.init(seconds: microseconds / 1_000_000)
    }
  }

  extension Qdrant_ValuesCount {
    fileprivate var tree: JSONValue {
      var object: JSONObject = [:]
      if hasLt { object["lt"] = .unsignedInteger(lt) }
      if hasGt { object["gt"] = .unsignedInteger(gt) }
      if hasGte { object["gte"] = .unsignedInteger(gte) }
      if hasLte { object["lte"] = .unsignedInteger(lte) }
      return .object(object)
    }
  }

  extension Qdrant_GeoPoint {
    var tree: JSONValue { ["lon": .double(lon), "lat": .double(lat)] }
  }

  extension Qdrant_GeoLineString {
    fileprivate var tree: JSONValue { ["points": .array(points.map(\.tree))] }
  }
#endif

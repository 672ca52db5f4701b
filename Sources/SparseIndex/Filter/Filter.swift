public import JSONCodec

/// Which points to keep. A point passes when every `must` condition holds, at least one of `should`
/// holds (if there are any), none of `mustNot` holds, and at least `minShould.minCount` of
/// `minShould.conditions` hold. An empty list is no constraint. Semantics are Qdrant's.
public struct Filter: Equatable, Sendable {
  public var must: [Condition]
  public var should: [Condition]
  public var mustNot: [Condition]
  public var minShould: MinShould?

  /// Conditions of which at least a number must hold.
  public struct MinShould: Equatable, Sendable {
    public var conditions: [Condition]
    /// At least 1.
    public var minCount: Int

    public init(conditions: [Condition], minCount: Int) {
      self.conditions = conditions
      self.minCount = minCount
    }
  }

  public init(
    must: [Condition] = [], should: [Condition] = [], mustNot: [Condition] = [],
    minShould: MinShould? = nil
  ) {
    self.must = must
    self.should = should
    self.mustNot = mustNot
    self.minShould = minShould
  }

  public var isUnconstrained: Bool {
    must.isEmpty && should.isEmpty && mustNot.isEmpty && minShould == nil
  }
}

/// A test of one point.
public indirect enum Condition: Equatable, Sendable {
  case field(key: JSONPath, FieldCondition)
  /// Missing, null or `[]`.
  case isEmpty(key: JSONPath)
  /// Null, or an array containing null.
  case isNull(key: JSONPath)
  case hasID([PointID])
  case hasVector(ByteString)
  /// Holds when one object of the array at `key` passes `filter`.
  case nested(key: JSONPath, Filter)
  /// Holds for the `index`-th of `total` parts of all points, divided by a hash of the id.
  case slice(index: UInt64, total: UInt64)
  case filter(Filter)
}

/// A condition on the values at a key. Values are unwrapped one array level; any element may match.
public enum FieldCondition: Equatable, Sendable {
  case matchValue(MatchValue)
  case matchAny([MatchValue])
  case matchExcept([MatchValue])
  /// All words of the text occur.
  case matchText(ByteString)
  /// At least one word of the text occurs.
  case matchTextAny(ByteString)
  /// The words of the text occur one after the other.
  case matchPhrase(ByteString)
  /// The string starts with this, case-sensitively.
  case matchPrefix(ByteString)
  /// The string contains this, case-sensitively.
  case matchSubstring(ByteString)
  case range(NumberRange)
  /// Only strings that read as a date and time.
  case datetimeRange(DatetimeRange)
  case geoBoundingBox(topLeft: GeoPoint, bottomRight: GeoPoint)
  /// `radius` in metres.
  case geoRadius(center: GeoPoint, radius: Double)
  case geoPolygon(exterior: [GeoPoint], interiors: [[GeoPoint]])
  case valuesCount(CountRange)
  /// The forms `{"key": k, "is_empty": bool}` and `{"key": k, "is_null": bool}`.
  case isEmpty(Bool)
  case isNull(Bool)
}

/// A value that a payload is compared with for equality.
public enum MatchValue: Hashable, Sendable {
  case string(ByteString)
  case integer(Int64)
  case bool(Bool)
}

/// Bounds that a value must keep; without any, every value of the type passes.
public struct Bounds<Value: Comparable & Sendable>: Equatable, Sendable {
  public var lt: Value?
  public var gt: Value?
  public var gte: Value?
  public var lte: Value?

  public init(lt: Value? = nil, gt: Value? = nil, gte: Value? = nil, lte: Value? = nil) {
    self.lt = lt
    self.gt = gt
    self.gte = gte
    self.lte = lte
  }

  public func contains(_ value: Value) -> Bool {
    if let lt, !(value < lt) { return false }
    if let gt, !(value > gt) { return false }
    if let gte, !(value >= gte) { return false }
    if let lte, !(value <= lte) { return false }
    return true
  }
}

/// Whole numbers are compared as whole numbers, and with others exactly.
public typealias NumberRange = Bounds<ExactNumber>

extension NumberRange {
  /// The Int64s in the range, which are one run; nil where there are none.
  package var integers: ClosedRange<Int64>? {
    var low = Int64.min
    var high = Int64.max
    if let gte {
      guard let least = gte.leastIntegerNotBelow else { return nil }
      low = max(low, least)
    }
    if let gt, let greatest = gt.greatestIntegerNotAbove {
      guard greatest < .max else { return nil }
      low = max(low, greatest + 1)
    }
    if let lte {
      guard let greatest = lte.greatestIntegerNotAbove else { return nil }
      high = min(high, greatest)
    }
    if let lt, let least = lt.leastIntegerNotBelow {
      guard least > .min else { return nil }
      high = min(high, least - 1)
    }
    return low <= high ? low...high : nil
  }
}

/// In microseconds since 1970-01-01T00:00:00Z.
public typealias DatetimeRange = Bounds<Int64>
public typealias CountRange = Bounds<Int>

/// Degrees.
public struct GeoPoint: Equatable, Sendable {
  public var longitude: Double
  public var latitude: Double

  public init(longitude: Double, latitude: Double) {
    self.longitude = longitude
    self.latitude = latitude
  }
}

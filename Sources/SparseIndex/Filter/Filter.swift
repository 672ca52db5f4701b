public import JSONCodec

/// Which points to keep. A point passes when every `must` condition holds, at least one of `should`
/// holds (if there are any), none of `mustNot` holds, and at least `minShould.minCount` of
/// `minShould.conditions` hold. An empty list is no constraint. Semantics are Qdrant's.
public struct Filter: Equatable, Sendable {
  /// Conditions that must all hold.
  public var must: [Condition]
  /// Conditions of which at least one must hold; none where the list is empty.
  public var should: [Condition]
  /// Conditions of which none may hold.
  public var mustNot: [Condition]
  /// Further conditions of which a number must hold; nil for none.
  public var minShould: MinShould?

  /// Conditions of which at least a number must hold.
  public struct MinShould: Equatable, Sendable {
    /// The conditions that are counted.
    public var conditions: [Condition]
    /// At least 1.
    public var minCount: Int

    /// Holds where at least `minCount` of the conditions do.
    public init(conditions: [Condition], minCount: Int) {
      self.conditions = conditions
      self.minCount = minCount
    }
  }

  /// A filter of these conditions; without any, every point passes.
  public init(
    must: [Condition] = [], should: [Condition] = [], mustNot: [Condition] = [],
    minShould: MinShould? = nil
  ) {
    self.must = must
    self.should = should
    self.mustNot = mustNot
    self.minShould = minShould
  }

  /// Whether the filter has no conditions, so that every point passes.
  package var isUnconstrained: Bool {
    must.isEmpty && should.isEmpty && mustNot.isEmpty && minShould == nil
  }
}

/// A test of one point.
public indirect enum Condition: Equatable, Sendable {
  /// A condition on the payload values at the key.
  case field(key: JSONPath, FieldCondition)
  /// Missing, null or `[]`.
  case isEmpty(key: JSONPath)
  /// Null, or an array containing null.
  case isNull(key: JSONPath)
  /// The point's id is one of these.
  case hasID([PointID])
  /// The point has a vector of that name.
  case hasVector(ByteString)
  /// Holds when one object of the array at `key` passes `filter`.
  case nested(key: JSONPath, Filter)
  /// Holds for the `index`-th of `total` parts of all points, divided by a hash of the id.
  case slice(index: UInt64, total: UInt64)
  /// The point passes a filter inside the filter.
  case filter(Filter)
}

/// A condition on the values at a key. Values are unwrapped one array level; any element may match.
public enum FieldCondition: Equatable, Sendable {
  /// A value equals this one.
  case matchValue(MatchValue)
  /// A value equals one of these.
  case matchAny([MatchValue])
  /// There is a value other than null that equals none of these.
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
  /// The number lies within the bounds; values that are not numbers never do.
  case range(NumberRange)
  /// Only strings that read as a date and time.
  case datetimeRange(DatetimeRange)
  /// Strictly inside the box, which crosses the antimeridian where its left edge lies east of its
  /// right one.
  case geoBoundingBox(topLeft: GeoPoint, bottomRight: GeoPoint)
  /// `radius` in metres.
  case geoRadius(center: GeoPoint, radius: Double)
  /// Inside the exterior ring and outside every interior one; the rings themselves do not count as
  /// inside. The last point of a ring is its first.
  case geoPolygon(exterior: [GeoPoint], interiors: [[GeoPoint]])
  /// The number of values: an array's length, 0 for null or a missing key, else 1.
  case valuesCount(CountRange)
  /// The forms `{"key": k, "is_empty": bool}` and `{"key": k, "is_null": bool}`.
  case isEmpty(Bool)
  /// Whether the value is null or an array that contains null; a missing key is not.
  case isNull(Bool)
}

/// A value that a payload is compared with for equality.
public enum MatchValue: Hashable, Sendable {
  /// A text, compared by its bytes; under an index of UUIDs by the UUID.
  case string(ByteString)
  /// A whole number; under an index of integers it equals the same number with a fraction of zero.
  case integer(Int64)
  /// A truth value.
  case bool(Bool)
}

/// Bounds that a value must keep; without any, every value of the type passes.
public struct Bounds<Value: Comparable & Sendable>: Equatable, Sendable {
  /// The value must be less than this; nil for no such bound.
  public var lt: Value?
  /// The value must be greater than this; nil for no such bound.
  public var gt: Value?
  /// The value must be this or greater; nil for no such bound.
  public var gte: Value?
  /// The value must be this or less; nil for no such bound.
  public var lte: Value?

  /// The bounds that are given; all of them must be kept.
  public init(lt: Value? = nil, gt: Value? = nil, gte: Value? = nil, lte: Value? = nil) {
    self.lt = lt
    self.gt = gt
    self.gte = gte
    self.lte = lte
  }

  /// Whether the value keeps every bound.
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
/// Bounds of a number of values.
public typealias CountRange = Bounds<Int>

/// Degrees.
public struct GeoPoint: Equatable, Sendable {
  /// East of Greenwich; negative to the west.
  public var longitude: Double
  /// North of the equator; negative to the south.
  public var latitude: Double

  /// A place by its degrees, which are taken as they are.
  public init(longitude: Double, latitude: Double) {
    self.longitude = longitude
    self.latitude = latitude
  }
}

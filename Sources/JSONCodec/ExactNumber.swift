/// A number as JSON has it, compared as what it is: 2^53 + 1 is larger than the double 2^53, 5 and 5.0
/// are equal.
public enum ExactNumber: Sendable {
  /// A whole number within `Int64`.
  case integer(Int64)
  /// Mostly for values above `Int64.max`.
  case unsigned(UInt64)
  /// Never NaN.
  case double(Double)
}

extension ExactNumber {
  /// Nil for what is not a number.
  public init?(_ value: JSONValue) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .unsigned(let integer): self = .unsigned(integer)
    case .double(let double): self = .double(double)
    default: return nil
    }
  }

  /// The least double that is not below the number, which is infinite where all are below.
  package var leastDoubleNotBelow: Double {
    let nearest = nearestDouble
    return .double(nearest) < self ? nearest.nextUp : nearest
  }

  /// The greatest double that is not above the number.
  package var greatestDoubleNotAbove: Double {
    let nearest = nearestDouble
    return .double(nearest) > self ? nearest.nextDown : nearest
  }

  /// The least Int64 that is not below the number; nil where all are below.
  package var leastIntegerNotBelow: Int64? {
    switch self {
    case .integer(let integer): integer
    case .unsigned(let integer): Int64(exactly: integer)
    case .double(let double): double < -0x1p63 ? .min : Int64(exactly: double.rounded(.up))
    }
  }

  /// The greatest Int64 that is not above the number; nil where all are above.
  package var greatestIntegerNotAbove: Int64? {
    switch self {
    case .integer(let integer): integer
    case .unsigned(let integer): Int64(clamping: integer)
    case .double(let double): double >= 0x1p63 ? .max : Int64(exactly: double.rounded(.down))
    }
  }

  private var nearestDouble: Double {
    switch self {
    case .integer(let integer): Double(integer)
    case .unsigned(let integer): Double(integer)
    case .double(let double): double
    }
  }

  /// Nil for doubles.
  private var whole: Int128? {
    switch self {
    case .integer(let integer): Int128(integer)
    case .unsigned(let integer): Int128(integer)
    case .double: nil
    }
  }
}

extension ExactNumber: Comparable {
  public static func < (left: ExactNumber, right: ExactNumber) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.double(let left), .double(let right)): left < right
    case (.double(let left), _): right.whole.map { isBelow(left, $0) } ?? false
    case (_, .double(let right)): left.whole.map { isAbove(right, $0) } ?? false
    default: (left.whole ?? 0) < (right.whole ?? 0)
    }
  }

  public static func == (left: ExactNumber, right: ExactNumber) -> Bool {
    switch (left, right) {
    case (.double(let left), .double(let right)): left == right
    case (.double(let double), let other), (let other, .double(let double)):
      other.whole.map { !isBelow(double, $0) && !isAbove(double, $0) } ?? false
    default: left.whole == right.whole
    }
  }

  private static func isBelow(_ double: Double, _ whole: Int128) -> Bool {
    // Within these bounds rounding to a whole number is exact.
    if double >= 0x1p65 { return false }
    if double <= -0x1p65 { return true }
    return Int128(double.rounded(.down)) < whole
  }

  private static func isAbove(_ double: Double, _ whole: Int128) -> Bool {
    if double >= 0x1p65 { return true }
    if double <= -0x1p65 { return false }
    return Int128(double.rounded(.up)) > whole
  }
}

extension ExactNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
}

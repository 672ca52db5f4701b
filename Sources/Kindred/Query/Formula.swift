/// Ranks the prefetched points by an arithmetic expression over their prefetch scores and payload.
public struct Formula: Equatable, Sendable {
  /// The expression whose value is a point's new score.
  public var formula: FormulaExpression
  /// Values for variables that a point does not have; under a payload index, also for those whose value
  /// is of another type than the index.
  public var defaults: [FormulaVariable: JSONValue]

  /// A formula with defaults for its variables, none by default.
  public init(formula: FormulaExpression, defaults: [FormulaVariable: JSONValue] = [:]) {
    self.formula = formula
    self.defaults = defaults
  }
}

/// A name in a formula.
public enum FormulaVariable: Hashable, Sendable {
  /// `$score`, `$score[i]`: the point's score in the i-th prefetch.
  case score(Int)
  /// A payload value.
  case payload(JSONPath)
}

/// All arithmetic is in Float64; the result is rounded to Float32 once.
public indirect enum FormulaExpression: Equatable, Sendable {
  /// The same number for every point.
  case constant(Double)
  /// A prefetch score or a payload number.
  case variable(FormulaVariable)
  /// 1 where the condition holds, else 0.
  case condition(Condition)
  /// The sum of the operands; 0 without any.
  case sum([FormulaExpression])
  /// 0 as soon as one factor is 0: later ones are not looked at.
  case mult([FormulaExpression])
  /// At least one operand.
  case max([FormulaExpression])
  /// At least one operand.
  case min([FormulaExpression])
  /// 0 when `left` is 0; `byZeroDefault`, if given, when only `right` is.
  case div(left: FormulaExpression, right: FormulaExpression, byZeroDefault: Double? = nil)
  /// The operand with the other sign.
  case neg(FormulaExpression)
  /// The operand without its sign.
  case abs(FormulaExpression)
  /// The square root; an error for an operand below 0.
  case sqrt(FormulaExpression)
  /// A power; an error where the result is not finite.
  case pow(base: FormulaExpression, exponent: FormulaExpression)
  /// e to the power of the operand; an error where the result is not finite.
  case exp(FormulaExpression)
  /// The logarithm to base 10; an error for an operand that is not above 0.
  case log10(FormulaExpression)
  /// The natural logarithm; an error for an operand that is not above 0.
  case ln(FormulaExpression)
  /// The inverse hyperbolic cosine; an error for an operand below 1.
  case acosh(FormulaExpression)
  /// Metres along the great circle to the payload's geo point.
  case geoDistance(origin: GeoPoint, to: JSONPath)
  /// Microseconds since 1970-01-01T00:00:00Z; counts in seconds.
  case datetime(microseconds: Int64)
  /// The payload's datetime, in seconds since 1970-01-01T00:00:00Z.
  case datetimeKey(JSONPath)
  /// A number from 0 to 1 that falls with the distance from a target.
  case decay(Decay, DecayParameters)

  /// How a value falls from 1 at the target to `midpoint` at the distance `scale`.
  public enum Decay: String, Sendable {
    /// midpoint^(d / scale), where d is the distance from the target.
    case exponential = "exp_decay"
    /// midpoint^((d / scale)²).
    case gaussian = "gauss_decay"
    /// max(0, 1 − (1 − midpoint) · d / scale).
    case linear = "lin_decay"
  }

  /// The shape of a decay.
  public struct DecayParameters: Equatable, Sendable {
    /// The value whose distance from the target counts.
    public var x: FormulaExpression
    /// Nil is 0.
    public var target: FormulaExpression?
    /// In units of `x`, above 0.
    public var scale: Float
    /// Between 0 and 1; the linear decay takes 0 and 1 too.
    public var midpoint: Float

    /// A decay from 1 at the target to `midpoint` at `scale` from it.
    public init(
      x: FormulaExpression, target: FormulaExpression? = nil, scale: Float = 1,
      midpoint: Float = 0.5
    ) {
      self.x = x
      self.target = target
      self.scale = scale
      self.midpoint = midpoint
    }
  }
}

extension FormulaExpression {
  /// The expressions right below this one.
  package var children: [FormulaExpression] {
    switch self {
    case .constant, .variable, .condition, .geoDistance, .datetime, .datetimeKey: []
    case .sum(let list), .mult(let list), .max(let list), .min(let list): list
    case .div(let left, let right, _): [left, right]
    case .neg(let x), .abs(let x), .sqrt(let x), .exp(let x), .log10(let x), .ln(let x),
      .acosh(let x):
      [x]
    case .pow(let base, let exponent): [base, exponent]
    case .decay(_, let parameters): [parameters.x] + (parameters.target.map { [$0] } ?? [])
    }
  }

  /// This expression and all below it.
  var expressionCount: Int { children.reduce(1) { $0 + $1.expressionCount } }

  /// Every condition in the expression.
  var conditions: [Condition] {
    if case .condition(let condition) = self { return [condition] }
    return children.flatMap(\.conditions)
  }

  /// Throws `.invalid` for what can be seen to be wrong without a point.
  package func validate() throws(StoreError) {
    switch self {
    case .max(let list) where list.isEmpty:
      throw .invalid("`max` needs at least one operand")
    case .min(let list) where list.isEmpty:
      throw .invalid("`min` needs at least one operand")
    case .decay(let decay, let parameters):
      let midpoint = parameters.midpoint
      if decay == .linear, !(0...1 ~= midpoint) {
        throw .invalidQuery(.linearDecayMidpoint(midpoint))
      }
      if decay != .linear, !(midpoint > 0 && midpoint < 1) {
        throw .invalidQuery(.decayMidpoint(midpoint))
      }
      if !(parameters.scale > 0) {
        throw .invalidQuery(.decayScale(parameters.scale))
      }
    default: break
    }
    for child in children { try child.validate() }
  }
}

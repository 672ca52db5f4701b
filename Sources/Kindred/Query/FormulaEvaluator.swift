import Foundation

/// Computes a formula for one point after the other.
package struct FormulaEvaluator {
  /// What is known of the point at hand.
  package struct PointFacts {
    /// Its score in each prefetch, where it has one.
    var scores: [Float?]
    var payload: JSONObject
    /// The conditions of the formula that hold for it.
    var holds: (Condition) -> Bool

    package init(scores: [Float?], payload: JSONObject, holds: @escaping (Condition) -> Bool) {
      self.scores = scores
      self.payload = payload
      self.holds = holds
    }
  }

  let formula: Formula

  package init(formula: Formula) { self.formula = formula }

  /// - Throws: `.invalid` when a value is missing or of the wrong type, or a result is not finite.
  package func score(_ point: PointFacts) throws(StoreError) -> Float {
    let value = try evaluate(formula.formula, point)
    let score = Float(value)
    guard score.isFinite else { throw Self.notFinite("\(value) as f32 = \(score)") }
    return score
  }

  private func evaluate(
    _ expression: FormulaExpression, _ point: PointFacts
  ) throws(StoreError) -> Double {
    switch expression {
    case .constant(let value): return value
    case .variable(.score(let index)): return score(index, point)
    case .variable(.payload(let path)):
      return try value(at: path, point, expecting: "number") { $0.asDouble }
    case .condition(let condition): return point.holds(condition) ? 1 : 0
    case .sum(let terms):
      var sum = 0.0
      for term in terms { sum += try evaluate(term, point) }
      return sum
    case .mult(let factors):
      var product = 1.0
      for factor in factors {
        let value = try evaluate(factor, point)
        if value == 0 { return 0 }
        product *= value
      }
      return product
    case .max(let operands):
      var largest = -Double.infinity
      for operand in operands { largest = fmax(largest, try evaluate(operand, point)) }
      return largest
    case .min(let operands):
      var smallest = Double.infinity
      for operand in operands { smallest = fmin(smallest, try evaluate(operand, point)) }
      return smallest
    case .div(let left, let right, let byZeroDefault):
      return try quotient(left, right, byZeroDefault, point)
    case .neg(let x): return -(try evaluate(x, point))
    case .abs(let x): return Swift.abs(try evaluate(x, point))
    case .sqrt(let x): return try finite(x, point, "√") { $0.squareRoot() }
    case .pow(let base, let exponent):
      let base = try evaluate(base, point)
      let exponent = try evaluate(exponent, point)
      let power = Foundation.pow(base, exponent)
      guard power.isFinite else { throw Self.notFinite("\(base)^\(exponent) = \(power)") }
      return power
    case .exp(let x): return try finite(x, point, "exp", Foundation.exp)
    case .log10(let x): return try finite(x, point, "log10", Foundation.log10)
    case .ln(let x): return try finite(x, point, "ln", Foundation.log)
    case .acosh(let x): return try finite(x, point, "acosh", Foundation.acosh)
    case .geoDistance(let origin, let path):
      let place = try value(at: path, point, expecting: "geo point") { $0.geoPoint }
      return origin.distance(to: place)
    case .datetime(let microseconds): return Double(microseconds) / 1e6
    case .datetimeKey(let path):
      let microseconds = try value(at: path, point, expecting: "datetime") { $0.datetime }
      return Double(microseconds) / 1e6
    case .decay(let decay, let parameters): return try decayed(decay, parameters, point)
    }
  }

  private func score(_ index: Int, _ point: PointFacts) -> Double {
    if index < point.scores.count, let score = point.scores[index] { return Double(score) }
    return formula.defaults[.score(index)]?.asDouble ?? 0
  }

  private func quotient(
    _ left: FormulaExpression, _ right: FormulaExpression, _ byZeroDefault: Double?,
    _ point: PointFacts
  ) throws(StoreError) -> Double {
    let left = try evaluate(left, point)
    if left == 0 { return 0 }
    let right = try evaluate(right, point)
    if right == 0, let byZeroDefault { return byZeroDefault }
    let quotient = left / right
    guard quotient.isFinite else { throw Self.notFinite("\(left)/\(right) = \(quotient)") }
    return quotient
  }

  private func finite(
    _ operand: FormulaExpression, _ point: PointFacts, _ name: String,
    _ function: (Double) -> Double
  ) throws(StoreError) -> Double {
    let value = try evaluate(operand, point)
    let result = function(value)
    guard result.isFinite else { throw Self.notFinite("\(name)(\(value)) = \(result)") }
    return result
  }

  /// With m the midpoint, s the scale and d = |x − target|: exponential m^(d/s), gaussian
  /// m^((d/s)²), linear max(0, 1 − (1 − m)·d/s).
  private func decayed(
    _ decay: FormulaExpression.Decay, _ parameters: FormulaExpression.DecayParameters,
    _ point: PointFacts
  ) throws(StoreError) -> Double {
    let x = try evaluate(parameters.x, point)
    let target = if let target = parameters.target { try evaluate(target, point) } else { 0.0 }
    let midpoint = Double(parameters.midpoint)
    let scale = Double(parameters.scale)
    let distance = Swift.abs(x - target)
    switch decay {
    case .exponential: return Foundation.exp(log(midpoint) / scale * distance)
    case .gaussian: return Foundation.exp(log(midpoint) / (scale * scale) * distance * distance)
    case .linear: return fmax(0, 1 - (1 - midpoint) / scale * distance)
    }
  }

  /// The point's value at the path, or the default. An array of one counts as its element.
  private func value<T>(
    at path: JSONPath, _ point: PointFacts, expecting type: String,
    _ convert: (JSONValue) -> T?
  ) throws(StoreError) -> T {
    let values = point.payload.flattenedValues(at: path)
    let found = values.count > 1 ? .array(values) : values.first
    guard let value = found ?? formula.defaults[.payload(path)] else {
      throw Self.wrongType(path, type, "No value found in a payload nor defaults")
    }
    guard let converted = convert(value) else {
      throw Self.wrongType(path, type, "Value is not a \(type)")
    }
    return converted
  }

  private static func wrongType(_ path: JSONPath, _ type: String, _ reason: String) -> StoreError {
    .invalid(
      "Expected \(type) value for \(path) in the payload and/or in the formula defaults. "
        + "Error: \(reason)")
  }

  private static func notFinite(_ expression: String) -> StoreError {
    .invalid("The expression \(expression) produced a non-finite number")
  }
}

import SparseIndex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Computes a formula for one point after the other.
package struct FormulaEvaluator {
  /// The facts about the point at hand.
  package struct PointFacts {
    /// Its score in the prefetch of that index, where it has one.
    var scores: (Int) -> Float?
    /// At least the payload keys that the formula names.
    var payload: JSONObject
    /// Whether the condition at that index of `conditions` holds for it.
    var holds: (Int) -> Bool

    package init(
      scores: @escaping (Int) -> Float?, payload: JSONObject, holds: @escaping (Int) -> Bool
    ) {
      self.scores = scores
      self.payload = payload
      self.holds = holds
    }
  }

  /// An expression with what is known of it before any point is.
  private struct Node {
    let expression: FormulaExpression
    /// The expressions right below it, in the order of `FormulaExpression.children`.
    var children: [Node] = []
    /// The place of a condition in `conditions`.
    var conditionIndex = 0
  }

  private let defaults: [FormulaVariable: JSONValue]
  private let semantics: FilterSemantics
  private let root: Node
  /// The formula's conditions, in its order.
  package let conditions: [Condition]
  /// The payload values that it reads.
  let paths: [JSONPath]
  /// The prefetches whose scores it reads.
  let scoreIndexes: Set<Int>
  let expressionCount: Int

  /// - Parameter semantics: of the collection: where there is an index, only values that it can hold
  ///   are values of a variable.
  package init(formula: Formula, semantics: FilterSemantics = FilterSemantics()) {
    var conditions: [Condition] = []
    var paths: [JSONPath] = []
    var scoreIndexes: Set<Int> = []
    var count = 0
    func node(_ expression: FormulaExpression) -> Node {
      var node = Node(expression: expression)
      count += 1
      switch expression {
      case .condition(let condition):
        node.conditionIndex = conditions.count
        conditions.append(condition)
      case .variable(.score(let index)): scoreIndexes.insert(index)
      case .variable(.payload(let path)), .geoDistance(_, let path), .datetimeKey(let path):
        paths.append(path)
      default: break
      }
      node.children = expression.children.map(node(_:))
      return node
    }
    root = node(formula.formula)
    defaults = formula.defaults
    self.semantics = semantics
    self.conditions = conditions
    self.paths = paths
    self.scoreIndexes = scoreIndexes
    expressionCount = count
  }

  /// - Throws: `.invalid` when a value is missing or of the wrong type, or a result is not finite.
  package func score(_ point: PointFacts) throws(StoreError) -> Float {
    let value = try evaluate(root, point)
    let score = Float(value)
    guard score.isFinite else { throw Self.notFinite("\(value) as f32 = \(score)") }
    return score
  }

  private func evaluate(_ node: Node, _ point: PointFacts) throws(StoreError) -> Double {
    let children = node.children
    switch node.expression {
    case .constant(let value): return value
    case .variable(.score(let index)): return score(index, point)
    case .variable(.payload(let path)):
      return try value(at: path, point, expecting: "number") { $0.asDouble }
    case .condition: return point.holds(node.conditionIndex) ? 1 : 0
    case .sum:
      var sum = 0.0
      for term in children { sum += try evaluate(term, point) }
      guard sum.isFinite else { throw Self.notFinite("sum = \(sum)") }
      return sum
    case .mult:
      var product = 1.0
      for factor in children {
        let value = try evaluate(factor, point)
        if value == 0 { return 0 }
        product *= value
      }
      guard product.isFinite else { throw Self.notFinite("mult = \(product)") }
      return product
    case .max:
      var largest = -Double.infinity
      for operand in children { largest = fmax(largest, try evaluate(operand, point)) }
      return largest
    case .min:
      var smallest = Double.infinity
      for operand in children { smallest = fmin(smallest, try evaluate(operand, point)) }
      return smallest
    case .div(_, _, let byZeroDefault):
      return try quotient(children[0], children[1], byZeroDefault, point)
    case .neg: return -(try evaluate(children[0], point))
    case .abs: return Swift.abs(try evaluate(children[0], point))
    case .sqrt: return try finite(children[0], point, "√") { $0.squareRoot() }
    case .pow:
      let base = try evaluate(children[0], point)
      let exponent = try evaluate(children[1], point)
      let power = pow(base, exponent)
      guard power.isFinite else { throw Self.notFinite("\(base)^\(exponent) = \(power)") }
      return power
    case .exp: return try finite(children[0], point, "exp") { exp($0) }
    case .log10: return try finite(children[0], point, "log10") { log10($0) }
    case .ln: return try finite(children[0], point, "ln") { log($0) }
    case .acosh: return try finite(children[0], point, "acosh") { acosh($0) }
    case .geoDistance(let origin, let path):
      let place = try value(at: path, point, expecting: "geo point") { $0.geoPoint }
      let distance = origin.distance(to: place)
      guard distance.isFinite else { throw Self.notFinite("geo_distance = \(distance)") }
      return distance
    case .datetime(let microseconds): return Double(microseconds) / 1e6
    case .datetimeKey(let path):
      let microseconds = try value(at: path, point, expecting: "datetime") { $0.datetime }
      return Double(microseconds) / 1e6
    case .decay(let decay, let parameters): return try decayed(decay, parameters, children, point)
    }
  }

  private func score(_ index: Int, _ point: PointFacts) -> Double {
    if let score = point.scores(index) { return Double(score) }
    return defaults[.score(index)]?.asDouble ?? 0
  }

  private func quotient(
    _ left: Node, _ right: Node, _ byZeroDefault: Double?, _ point: PointFacts
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
    _ operand: Node, _ point: PointFacts, _ name: String,
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
    _ children: [Node], _ point: PointFacts
  ) throws(StoreError) -> Double {
    let x = try evaluate(children[0], point)
    let target = children.count > 1 ? try evaluate(children[1], point) : 0
    let midpoint = Double(parameters.midpoint)
    let scale = Double(parameters.scale)
    let distance = Swift.abs(x - target)
    switch decay {
    case .exponential: return exp(log(midpoint) / scale * distance)
    case .gaussian: return exp(log(midpoint) / (scale * scale) * distance * distance)
    case .linear: return fmax(0, 1 - (1 - midpoint) / scale * distance)
    }
  }

  /// The point's value at the path, or the default. An array of one counts as its element.
  private func value<T>(
    at path: JSONPath, _ point: PointFacts, expecting type: String,
    _ convert: (JSONValue) -> T?
  ) throws(StoreError) -> T {
    var values = point.payload.flattenedValues(at: path)
    if let kind = semantics.indexKind(of: path), kind != .text {
      values.removeAll { !kind.holds($0) }
    }
    let found = values.count > 1 ? .array(values) : values.first
    guard let value = found ?? defaults[.payload(path)] else {
      throw .invalidQuery(.formulaValueMissing(path: path.description, type: type))
    }
    guard let converted = convert(value) else {
      throw .invalidQuery(.formulaValueType(path: path.description, type: type))
    }
    return converted
  }

  private static func notFinite(_ expression: String) -> StoreError {
    .invalidQuery(.formulaResult(expression: expression))
  }
}

import JSONCodec
import Kindred
import SparseIndex

/// Formulas: numbers, variables, conditions, and objects of one member that name an operation.
extension Formula {
  /// Reads `{"formula": …, "defaults": {…}}`.
  init(_ input: JSONInput) throws {
    var count = 0
    self.init(formula: try FormulaExpression(input.member("formula"), depth: 1, &count))
    for member in try input.optional("defaults")?.object().members ?? [] {
      defaults[try JSONInput(.string(member.name), path: "defaults").formulaVariable()] =
        member.value
    }
  }
}

extension FormulaExpression {
  private static let maxDepth = 32

  /// - Parameter count: of the expressions read so far: more than there may be are not even decoded.
  fileprivate init(_ input: JSONInput, depth: Int, _ count: inout Int) throws {
    guard depth <= Self.maxDepth else {
      throw input.error("nested deeper than \(Self.maxDepth) levels")
    }
    count += 1
    guard count <= QueryLimits.expressionCount else {
      throw input.error("formula has more than \(QueryLimits.expressionCount) expressions")
    }
    switch input.value {
    case .integer, .unsigned, .double: self = .constant(try input.double())
    case .string: self = .variable(try input.formulaVariable())
    case .object(let object):
      guard object.count == 1, let name = object.members.first?.name,
        let operation = try Self.operation(name, input.member(name), depth: depth + 1, &count)
      else {
        self = .condition(try Condition(json: input))
        return
      }
      self = operation
    default: throw input.error("expected a number, a variable, a condition or an operation")
    }
  }

  /// Nil when `name` is not an operation's.
  private static func operation(
    _ name: String, _ input: JSONInput, depth: Int, _ count: inout Int
  ) throws -> FormulaExpression? {
    func operand() throws -> FormulaExpression {
      try FormulaExpression(input, depth: depth, &count)
    }
    func operand(_ name: String) throws -> FormulaExpression {
      try FormulaExpression(input.member(name), depth: depth, &count)
    }
    func operands() throws -> [FormulaExpression] {
      try input.elements().map { try FormulaExpression($0, depth: depth, &count) }
    }
    switch name {
    case "sum": return .sum(try operands())
    case "mult": return .mult(try operands())
    case "max": return .max(try operands())
    case "min": return .min(try operands())
    case "neg": return .neg(try operand())
    case "abs": return .abs(try operand())
    case "sqrt": return .sqrt(try operand())
    case "exp": return .exp(try operand())
    case "log10": return .log10(try operand())
    case "ln": return .ln(try operand())
    case "acosh": return .acosh(try operand())
    case "div":
      return .div(
        left: try operand("left"), right: try operand("right"),
        byZeroDefault: try input.optional("by_zero_default")?.double())
    case "pow": return .pow(base: try operand("base"), exponent: try operand("exponent"))
    case "geo_distance":
      return .geoDistance(
        origin: try GeoPoint(json: input.member("origin")), to: try input.member("to").keyPath())
    case "datetime":
      let text = try input.string()
      guard let instant = Datetime.microseconds(text) else {
        throw input.error("`\(text)` is not a datetime")
      }
      return .datetime(microseconds: instant)
    case "datetime_key": return .datetimeKey(try input.keyPath())
    default:
      guard let decay = Decay(rawValue: name) else { return nil }
      let target = try input.optional("target").map {
        try FormulaExpression($0, depth: depth, &count)
      }
      return .decay(
        decay,
        DecayParameters(
          x: try operand("x"), target: target,
          scale: try input.optional("scale")?.float() ?? 1,
          midpoint: try input.optional("midpoint")?.float() ?? 0.5))
    }
  }
}

extension JSONInput {
  /// `$score`, `$score[2]`, or a payload key.
  fileprivate func formulaVariable() throws -> FormulaVariable {
    let text = try string()
    guard text.hasPrefix("$") else { return .payload(try keyPath()) }
    if text == "$score" { return .score(0) }
    guard text.hasPrefix("$score["), text.hasSuffix("]"),
      let index = Int(text.dropFirst(7).dropLast()), index >= 0
    else { throw error("unknown variable `\(text)`, expected `$score` or `$score[i]`") }
    return .score(index)
  }
}

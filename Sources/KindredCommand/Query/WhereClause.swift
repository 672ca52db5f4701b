import JSONCodec

/// One `--where`: a payload key and what it must be, as in `age=25`, `gender!=F` or `year>=1990`.
package struct WhereClause: Equatable, Sendable {
  package enum Relation: String, CaseIterable, Sendable {
    // Relations of two characters come first, so that `>=` is not read as `>`.
    case atLeast = ">="
    case atMost = "<="
    case notEqual = "!="
    case equal = "="
    case above = ">"
    case below = "<"
  }

  package var key: String
  package var relation: Relation
  package var value: JSONValue
  /// The clause as it was written.
  package let text: String

  /// The value as it was written.
  package var valueText: Substring {
    text.dropFirst(key.count + relation.rawValue.count)
  }

  package var isEquality: Bool { relation == .equal || relation == .notEqual }

  /// - Throws: `CommandFailure` (usage) for text that is not a clause, or compares what has no order.
  package init(_ text: String) throws(CommandFailure) {
    guard let at = text.firstIndex(where: { "<>!=".contains($0) }), at > text.startIndex,
      let relation = Relation.allCases.first(where: { text[at...].hasPrefix($0.rawValue) })
    else {
      throw CommandFailure(
        .usage, "'\(text)' is not a condition: write key=value, with one of = != > >= < <=")
    }
    self.text = text
    key = String(text[..<at])
    self.relation = relation
    value = Self.value(text[at...].dropFirst(relation.rawValue.count))
    guard relation == .equal || relation == .notEqual || value.isNumber else {
      throw CommandFailure(.usage, "'\(text)' compares with something that is not a number")
    }
  }

  /// The filter that holds where all clauses do, or nil without clauses.
  package static func filter(_ clauses: [WhereClause]) -> JSONValue? {
    guard !clauses.isEmpty else { return nil }
    var filter = JSONObject()
    let (excluding, requiring) = (
      clauses.filter { $0.relation == .notEqual }, clauses.filter { $0.relation != .notEqual }
    )
    if !requiring.isEmpty { filter["must"] = .array(requiring.map(\.condition)) }
    if !excluding.isEmpty { filter["must_not"] = .array(excluding.map(\.condition)) }
    return .object(filter)
  }

  private var condition: JSONValue {
    let test: (name: String, value: JSONValue) =
      switch relation {
      case .equal, .notEqual:
        // A match takes integers, booleans and strings; a fraction is met by the range at it.
        if case .double = value {
          ("range", ["gte": value, "lte": value])
        } else {
          ("match", ["value": value])
        }
      case .atLeast: ("range", ["gte": value])
      case .atMost: ("range", ["lte": value])
      case .above: ("range", ["gt": value])
      case .below: ("range", ["lt": value])
      }
    return .object(
      JSONObject(uniqueMembers: [
        .init(name: "key", value: .string(key)), .init(name: test.name, value: test.value),
      ]))
  }

  /// Numbers, `true` and `false` are what they look like; everything else, and what is in quotes, is
  /// a string.
  private static func value(_ text: Substring) -> JSONValue {
    for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote)
    {
      return .string(String(text.dropFirst().dropLast()))
    }
    switch text {
    case "true": return true
    case "false": return false
    default: break
    }
    if let integer = Int64(text) { return .integer(integer) }
    if let double = Double(text), double.isFinite { return .double(double) }
    return .string(String(text))
  }
}

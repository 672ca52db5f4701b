extension JSONInput {
  /// - Throws: for a member that means nothing: nobody should believe that it was heard.
  package func refuseMembers(beside known: [String]) throws(JSONInputError) {
    for member in try object().members where !known.contains(member.name) {
      let names = known.map { "`\($0)`" }.joined(separator: ", ")
      throw error("unknown field `\(member.name)`, expected one of \(names)")
    }
  }

  /// A member whose text is one of an enumeration's.
  package func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default other: Value
  ) throws(JSONInputError) -> Value where Value.RawValue == String {
    guard let input = try optional(name) else { return other }
    let text = try input.string()
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw input.error("unknown variant `\(text)`, expected one of \(known)")
    }
    return value
  }
}

import JSONCodec

/// Whether two servers hold the same point.
///
/// Numbers are equal whether they are written as whole ones or with a fraction. Components of dense vectors
/// may differ by what comes of dividing a vector by its length once more, which servers do for cosine.
/// Sparse vectors may stand in any order.
package enum PointComparison {
  private static let tolerance = 1e-5

  /// How stored points differ (`JSONObject.storedPoint`), in words; nil where they do not.
  package static func difference(_ left: JSONObject, _ right: JSONObject) -> String? {
    guard isEqual(left["payload"] ?? .null, right["payload"] ?? .null) else {
      return "its payloads differ"
    }
    let (own, others) = (vectors(left["vector"]), vectors(right["vector"]))
    for name in Set(own.keys).union(others.keys).sorted() {
      let which = name.text.isEmpty ? "its vectors" : "its vectors '\(name.text)'"
      guard let mine = own[name], let other = others[name] else {
        return "only one has \(name.text.isEmpty ? "a vector" : "a vector '\(name.text)'")"
      }
      if !isSameVector(mine, other) { return "\(which) differ" }
    }
    return nil
  }

  private static func vectors(_ value: JSONValue?) -> [ByteString: JSONValue] {
    guard let value else { return [:] }
    guard let named = value.asObject else { return [ByteString(""): value] }
    return Dictionary(
      named.members.map { (ByteString($0.name), $0.value) }, uniquingKeysWith: { $1 })
  }

  private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.array(let a), .array(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { isEqual($0, $1) }
    case (.object(let a), .object(let b)):
      return a.count == b.count
        && a.members.allSatisfy { member in
          b[member.name].map { isEqual(member.value, $0) } ?? false
        }
    case (.double, _), (_, .double):
      guard let a = left.asDouble, let b = right.asDouble else { return false }
      return a == b
    default: return left == right
    }
  }

  private static func isSameVector(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.object(let a), .object(let b)):
      guard let a = entries(a), let b = entries(b) else { return false }
      return a.count == b.count
        && zip(a, b).allSatisfy { $0.index == $1.index && $0.weight == $1.weight }
    case (.array(let a), .array(let b)):
      return a.count == b.count
        && zip(a, b).allSatisfy { isSameVector($0, $1) }
    default:
      guard let a = left.asDouble, let b = right.asDouble else { return false }
      // Both have 32 bits, whatever their texts look like.
      let (near, far) = (Double(Float(a)), Double(Float(b)))
      return abs(near - far) <= tolerance * max(abs(near), abs(far))
    }
  }

  private static func entries(_ vector: JSONObject) -> [(index: Double, weight: Float)]? {
    guard let indices = vector["indices"]?.asArray, let values = vector["values"]?.asArray,
      indices.count == values.count
    else { return nil }
    return zip(indices, values).map { ($0.asDouble ?? -1, Float($1.asDouble ?? .nan)) }
      .sorted { $0.0 < $1.0 }
  }
}

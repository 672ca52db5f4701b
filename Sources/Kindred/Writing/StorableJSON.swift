import JSONCodec

/// The limits of a JSON tree that is read back as it was written: no more levels than the
/// decoder takes, and only numbers that JSON has.
enum StorableJSON {
  /// - Parameters:
  ///   - part: what the tree is, for the refusal: "a payload".
  ///   - depth: how many arrays and objects lie around the tree already.
  ///   - maxDepth: how many there may be around the innermost value.
  static func check(
    _ value: JSONValue, of part: String, depth: Int = 0, maxDepth: Int
  ) throws(StoreError) {
    switch value {
    case .double(let number):
      guard number.isFinite else { throw .invalid("\(part) has a number that is not finite") }
    case .array(let elements):
      try check(depth, of: part, maxDepth)
      for element in elements {
        try check(element, of: part, depth: depth + 1, maxDepth: maxDepth)
      }
    case .object(let object):
      try check(depth, of: part, maxDepth)
      for member in object.members {
        try check(member.value, of: part, depth: depth + 1, maxDepth: maxDepth)
      }
    default: break
    }
  }

  private static func check(
    _ depth: Int, of part: String, _ maxDepth: Int
  ) throws(StoreError) {
    guard depth < maxDepth else {
      throw .invalid("\(part) is nested more than \(maxDepth) levels deep")
    }
  }
}

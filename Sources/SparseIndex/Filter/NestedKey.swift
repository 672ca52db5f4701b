package import JSONCodec

/// The key of a payload index with `nested`: such an index takes every object of an array for an entry
/// of its own. A text is one object's then, and the key is empty where one object lacks it.
package struct NestedKey: Equatable, Sendable {
  /// Ends with `[]`.
  package let array: JSONPath
  /// Where the value stands in each of the array's objects.
  package let inner: JSONPath

  /// - Parameter nested: the array, with or without `[]`.
  /// - Throws: why the key is not inside the objects of such an array.
  package init(_ key: JSONPath, nested: String) throws(InvalidNestedKey) {
    let array: JSONPath
    do {
      array = try JSONPath(parsing: nested).everyElement
    } catch {
      throw InvalidNestedKey(description: "nested `\(nested)` is not a path: \(error.description)")
    }
    guard array.rest.count(where: { $0 == .everyElement }) == 1 else {
      throw InvalidNestedKey(
        description: "nested `\(array)` must lead to one array, as `offers` or `offers[]` does")
    }
    let isInside =
      key.first.hasSameBytes(as: array.first) && key.rest.starts(with: array.rest)
      && key.rest.count > array.rest.count
    guard isInside, case .name(let first) = key.rest[array.rest.count] else {
      throw InvalidNestedKey(
        description: "key `\(key)` must be inside the elements of nested `\(array)`, as "
          + "`\(array).price` is")
    }
    self.array = array
    inner = JSONPath(first: first, rest: Array(key.rest.dropFirst(array.rest.count + 1)))
  }

  /// The condition's meaning on the key; nil where it is the usual one.
  func condition(_ test: FieldCondition) -> Condition? {
    switch test {
    case .isEmpty(true): isEmpty
    case .isEmpty(false): .filter(Filter(mustNot: [isEmpty]))
    case .matchText, .matchTextAny:
      .nested(key: array, Filter(must: [.field(key: inner, test)]))
    default: nil
    }
  }

  /// One of the objects lacks the value; there must be an object.
  var isEmpty: Condition { .nested(key: array, Filter(must: [.isEmpty(key: inner)])) }
}

package struct InvalidNestedKey: Error, Equatable, Sendable {
  package let description: String
}

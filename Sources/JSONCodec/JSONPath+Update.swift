extension JSONObject {
  /// Merges `other` into the object at `path`. What stands in the way is replaced: a value that is
  /// not an object where a name follows by an object, one that is not an array where `[]` or an
  /// index follows by `[]`. An index beyond an array changes nothing there.
  public mutating func merge(_ other: JSONObject, at path: JSONPath) {
    var value = self[path.first] ?? .null
    value.merge(other, at: path.rest[...])
    self[path.first] = value
  }

  /// How often `merge` at the path would make a copy of what it merges.
  package func placeCount(at path: JSONPath) -> Int {
    (self[path.first] ?? .null).placeCount(at: path.rest[...])
  }

  /// Removes what `path` leads to. A last `[]` empties the array; a last index changes nothing.
  public mutating func removeValues(at path: JSONPath) { removeValues(at: JSONPathTree([path])) }

  /// Removes what each of the paths leads to.
  package mutating func removeValues(at paths: JSONPathTree) { paths.remove(from: &self) }
}

extension JSONValue {
  fileprivate mutating func merge(_ other: JSONObject, at steps: ArraySlice<JSONPath.Step>) {
    switch steps.first {
    case nil:
      var object = asObject ?? [:]
      object.merge(other)
      self = .object(object)
    case .name(let name):
      var object = asObject ?? [:]
      var value = object[name] ?? .null
      value.merge(other, at: steps.dropFirst())
      object[name] = value
      self = .object(object)
    case .index(let index):
      var elements = asArray ?? []
      if index < elements.count { elements[index].merge(other, at: steps.dropFirst()) }
      self = .array(elements)
    case .everyElement:
      var elements = asArray ?? []
      for index in elements.indices { elements[index].merge(other, at: steps.dropFirst()) }
      self = .array(elements)
    }
  }

  fileprivate func placeCount(at steps: ArraySlice<JSONPath.Step>) -> Int {
    switch steps.first {
    case nil: return 1
    case .name(let name):
      return (asObject?[name] ?? .null).placeCount(at: steps.dropFirst())
    case .index(let index):
      guard let elements = asArray, index < elements.count else { return 0 }
      return elements[index].placeCount(at: steps.dropFirst())
    case .everyElement:
      return asArray?.reduce(0) { $0 + $1.placeCount(at: steps.dropFirst()) } ?? 0
    }
  }
}

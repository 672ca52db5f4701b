extension JSONObject {
  /// Takes over the members of `other`; a null removes the member of its name.
  public mutating func merge(_ other: JSONObject) {
    for member in other.members {
      self[member.name] = member.value == .null ? Optional.none : member.value
    }
  }

  /// Merges `other` into the object at `path`. What stands in the way is replaced: a value that is
  /// not an object where a name follows by an object, one that is not an array where `[]` or an
  /// index follows by `[]`. An index beyond an array changes nothing there.
  public mutating func merge(_ other: JSONObject, at path: JSONPath) {
    var value = self[path.first] ?? .null
    value.merge(other, at: path.rest[...])
    self[path.first] = value
  }

  /// Removes what `path` leads to. A last `[]` empties the array; a last index changes nothing.
  public mutating func removeValues(at path: JSONPath) {
    guard !path.rest.isEmpty else {
      self[path.first] = nil
      return
    }
    guard var value = self[path.first] else { return }
    value.removeValues(at: path.rest[...])
    self[path.first] = value
  }
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

  fileprivate mutating func removeValues(at steps: ArraySlice<JSONPath.Step>) {
    let isLast = steps.count == 1
    switch (steps.first, self) {
    case (.name(let name), .object(var object)):
      if isLast {
        object[name] = nil
      } else if var value = object[name] {
        value.removeValues(at: steps.dropFirst())
        object[name] = value
      }
      self = .object(object)
    case (.index(let index), .array(var elements)):
      guard !isLast, index < elements.count else { return }
      elements[index].removeValues(at: steps.dropFirst())
      self = .array(elements)
    case (.everyElement, .array(var elements)):
      if isLast {
        elements = []
      } else {
        for index in elements.indices { elements[index].removeValues(at: steps.dropFirst()) }
      }
      self = .array(elements)
    default: break
    }
  }
}

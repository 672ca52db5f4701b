extension JSONObject {
  /// The values that `path` leads to, in document order; several only where the path has `[]`.
  public func values(at path: JSONPath) -> [JSONValue] {
    var values: [JSONValue] = []
    if let value = self[path.first] { value.collect(path.rest[...], into: &values) }
    return values
  }

  /// Whether `path` leads to a value for which `predicate` holds.
  package func anyValue(at path: JSONPath, where predicate: (JSONValue) -> Bool) -> Bool {
    if path.rest.isEmpty { return self[path.first].map(predicate) ?? false }
    return values(at: path).contains(where: predicate)
  }
}

extension JSONValue {
  /// The values that `steps` lead to from here.
  package func collect(_ steps: ArraySlice<JSONPath.Step>, into values: inout [JSONValue]) {
    guard let step = steps.first else {
      values.append(self)
      return
    }
    switch (step, self) {
    case (.name(let name), .object(let object)):
      object[name]?.collect(steps.dropFirst(), into: &values)
    case (.index(let index), .array(let elements)):
      if index < elements.count { elements[index].collect(steps.dropFirst(), into: &values) }
    case (.everyElement, .array(let elements)):
      for element in elements { element.collect(steps.dropFirst(), into: &values) }
    default: break
    }
  }
}

// MARK: Selecting

extension JSONObject {
  /// The part of this object that lies on one of the paths: above or below where it ends. Array
  /// elements count as `[]`; those off every path are dropped.
  public func selecting(include paths: [JSONPath]) -> JSONObject {
    selecting(JSONPathTree(paths))
  }

  /// This object without what lies at or below one of the paths.
  public func excluding(_ paths: [JSONPath]) -> JSONObject { excluding(JSONPathTree(paths)) }

  package func selecting(_ paths: JSONPathTree) -> JSONObject {
    var selected = self
    selected.changeValues { member in
      paths.below(member.name).map { member.value.selecting($0) }
    }
    return selected
  }

  package func excluding(_ paths: JSONPathTree) -> JSONObject {
    var rest = self
    rest.changeValues { member in
      guard let path = paths.below(member.name) else { return member.value }
      return path.isEnd ? Optional.none : member.value.excluding(path)
    }
    return rest
  }
}

extension JSONValue {
  fileprivate func selecting(_ paths: JSONPathTree) -> JSONValue {
    if paths.isEnd { return self }
    switch self {
    case .array(let elements):
      guard let path = paths.everyElement else { return .array([]) }
      return .array(elements.map { $0.selecting(path) })
    case .object(let object): return .object(object.selecting(paths))
    default: return self
    }
  }

  fileprivate func excluding(_ paths: JSONPathTree) -> JSONValue {
    switch self {
    case .array(let elements):
      guard let path = paths.everyElement else { return self }
      return .array(path.isEnd ? [] : elements.map { $0.excluding(path) })
    case .object(let object): return .object(object.excluding(paths))
    default: return self
    }
  }
}

extension JSONObject {
  /// The values that `path` leads to, in document order; several only where the path has `[]`.
  public func values(at path: JSONPath) -> [JSONValue] {
    var values: [JSONValue] = []
    if let value = self[path.first] { value.collect(path.rest[...], into: &values) }
    return values
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

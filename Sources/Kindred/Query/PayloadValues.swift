extension JSONObject {
  /// The values at the path, arrays there unwrapped one level (where the path does not end in `[]`
  /// and so has done it).
  func flattenedValues(at path: JSONPath) -> [JSONValue] {
    let found = values(at: path)
    if path.rest.last == .everyElement { return found }
    return found.flatMap { value in
      if case .array(let elements) = value { elements } else { [value] }
    }
  }
}

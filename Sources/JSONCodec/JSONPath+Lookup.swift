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
    filtered { place in
      paths.contains { path in
        path.first.hasSameBytes(as: place.first)
          && zip(path.rest, place.rest).allSatisfy { $0 == $1 }
      }
    }
  }

  /// This object without what lies at or below one of the paths.
  public func excluding(_ paths: [JSONPath]) -> JSONObject {
    filtered { place in
      !paths.contains { $0.first.hasSameBytes(as: place.first) && place.rest.starts(with: $0.rest) }
    }
  }

  private typealias Place = (first: String, rest: [JSONPath.Step])

  private func filtered(_ keeps: (Place) -> Bool) -> JSONObject {
    JSONObject(
      uniqueMembers: members.compactMap { member in
        var place: Place = (member.name, [])
        guard keeps(place) else { return nil }
        return Member(name: member.name, value: member.value.filtered(&place, keeps))
      })
  }
}

extension JSONValue {
  fileprivate func filtered(
    _ place: inout (first: String, rest: [JSONPath.Step]),
    _ keeps: ((first: String, rest: [JSONPath.Step])) -> Bool
  ) -> JSONValue {
    switch self {
    case .array(let elements):
      place.rest.append(.everyElement)
      defer { place.rest.removeLast() }
      var kept: [JSONValue] = []
      for element in elements where keeps(place) { kept.append(element.filtered(&place, keeps)) }
      return .array(kept)
    case .object(let object):
      var kept: [JSONObject.Member] = []
      for member in object.members {
        place.rest.append(.name(member.name))
        if keeps(place) {
          kept.append(
            JSONObject.Member(name: member.name, value: member.value.filtered(&place, keeps)))
        }
        place.rest.removeLast()
      }
      return .object(JSONObject(uniqueMembers: kept))
    default: return self
    }
  }
}

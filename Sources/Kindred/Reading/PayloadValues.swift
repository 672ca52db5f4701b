import SparseIndex

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

extension CollectionConfiguration {
  /// The index at the key, however its path was spelled.
  func payloadIndex(at key: JSONPath) -> PayloadIndexParameters? {
    payloadIndexes[key.description]
      ?? payloadIndexes.first { (try? JSONPath(parsing: $0.key.text)) == key }?.value
  }
}

extension JSONValue {
  var geoPoint: GeoPoint? { GeoPoint(payload: self) }

  /// A string's date and time, in microseconds since 1970-01-01T00:00:00Z.
  var datetime: Int64? { asString.flatMap(Datetime.microseconds) }
}

import Foundation

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

extension JSONValue {
  var geoPoint: GeoPoint? {
    guard let longitude = asObject?["lon"]?.asDouble, let latitude = asObject?["lat"]?.asDouble
    else { return nil }
    return GeoPoint(longitude: longitude, latitude: latitude)
  }

  /// Microseconds since 1970-01-01T00:00:00Z.
  var datetime: Int64? { nil }
}

extension GeoPoint {
  /// Metres along the great circle on a sphere of the Earth's mean radius (haversine formula).
  func greatCircleDistance(to other: GeoPoint) -> Double {
    let radians = Double.pi / 180
    let latitudes = sin((other.latitude - latitude) * radians / 2)
    let longitudes = sin((other.longitude - longitude) * radians / 2)
    let chord =
      latitudes * latitudes
      + cos(latitude * radians) * cos(other.latitude * radians) * longitudes * longitudes
    return 2 * 6_371_008.8 * asin(chord.squareRoot())
  }
}

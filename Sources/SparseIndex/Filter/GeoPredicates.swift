#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension GeoPoint {
  /// Metres along the great circle, by the haversine formula on a sphere of the mean radius.
  package func distance(to other: GeoPoint) -> Double {
    let radians = Double.pi / 180
    let sinLatitude = sin((other.latitude - latitude) * radians / 2)
    let sinLongitude = sin((other.longitude - longitude) * radians / 2)
    let chord =
      sinLatitude * sinLatitude
      + cos(latitude * radians) * cos(other.latitude * radians) * sinLongitude * sinLongitude
    return 2 * Self.meanEarthRadius * asin(min(1, chord.squareRoot()))
  }

  /// In metres (GRS 80).
  private static let meanEarthRadius = 6_371_008.771415

  /// Nearer than `radius` metres.
  func isInside(radius: Double, around center: GeoPoint) -> Bool {
    // Nothing is nearer than the difference in latitude; the rest is for rounding.
    let meridian = abs(latitude - center.latitude) * .pi / 180 * Self.meanEarthRadius
    return meridian <= radius * 1.000001 + 1 && center.distance(to: self) < radius
  }

  /// Strictly inside; a box whose left edge lies east of its right one crosses the antimeridian.
  func isInside(topLeft: GeoPoint, bottomRight: GeoPoint) -> Bool {
    let isBetweenMeridians =
      topLeft.longitude > bottomRight.longitude
      ? longitude > topLeft.longitude || longitude < bottomRight.longitude
      : longitude > topLeft.longitude && longitude < bottomRight.longitude
    return isBetweenMeridians && latitude > bottomRight.latitude && latitude < topLeft.latitude
  }

  /// Inside the exterior ring and outside every interior one; points on a ring are not inside.
  func isInside(exterior: [GeoPoint], interiors: [[GeoPoint]]) -> Bool {
    position(in: exterior) == .inside
      && interiors.allSatisfy { position(in: $0) == .outside }
  }

  private enum RingPosition {
    case inside, outside, boundary
  }

  /// By the parity of crossings of the ray to the east.
  private func position(in ring: [GeoPoint]) -> RingPosition {
    var isInside = false
    for (start, end) in zip(ring, ring.dropFirst()) {
      let cross =
        (end.longitude - start.longitude) * (latitude - start.latitude)
        - (end.latitude - start.latitude) * (longitude - start.longitude)
      let isWithinBox =
        min(start.longitude, end.longitude) <= longitude
        && longitude <= max(start.longitude, end.longitude)
        && min(start.latitude, end.latitude) <= latitude
        && latitude <= max(start.latitude, end.latitude)
      if cross == 0 && isWithinBox { return .boundary }
      if (start.latitude > latitude) != (end.latitude > latitude),
        (cross > 0) == (end.latitude > start.latitude)
      {
        isInside.toggle()
      }
    }
    return isInside ? .inside : .outside
  }
}

/// When something was rated, to the second, as the weights of a sparse vector beside the ratings hold
/// it: by item, as these do.
///
/// A weight has 32 bits, and the seconds of a century have no more; as a number a Float32 would round
/// them to minutes. So the bits of a weight are the seconds since the beginning of 2000, a sign and 31
/// bits of magnitude, which orders weights as the times are. Other servers keep them as they keep any
/// weight, and JSON writes the digits that give the same bits.
public enum RatingTime {
  /// The sparse vector that a load keeps ratings in, whose times these are.
  public static let ratingsVectorName = "ratings"
  /// The sparse vector that a load keeps times in.
  public static let vectorName = "times"

  /// The beginning of 2000, in seconds since 1970.
  private static let origin: Int64 = 946_684_800
  /// The greatest magnitude whose bits are a finite weight.
  private static let maxMagnitude = Int64(Float.greatestFiniteMagnitude.bitPattern)

  /// The times that can be kept, in seconds since 1970: from March 1932 to October 2067.
  public static let bounds = (origin - maxMagnitude)...(origin + maxMagnitude)
  /// These bounds, in words.
  public static let boundsText =
    "seconds since 1970, from \(bounds.lowerBound) (March 1932) to \(bounds.upperBound) "
    + "(October 2067)"

  /// - Parameter seconds: since 1970.
  /// - Returns: nil beyond `bounds`.
  public static func weight(of seconds: Int64) -> Float? {
    guard bounds ~= seconds else { return nil }
    let sinceOrigin = seconds - origin
    let magnitude = Float(bitPattern: UInt32(truncatingIfNeeded: sinceOrigin.magnitude))
    return sinceOrigin < 0 ? -magnitude : magnitude
  }

  /// Seconds since 1970; nil for what is not a time: not a number, or infinite.
  public static func seconds(of weight: Float) -> Int64? {
    guard weight.isFinite else { return nil }
    let magnitude = Int64(weight.magnitude.bitPattern)
    return origin + (weight.sign == .minus ? -magnitude : magnitude)
  }
}

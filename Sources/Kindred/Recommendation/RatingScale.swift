#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The map by which a single rating becomes a weight.
public enum RatingScale: Equatable, Sendable {
  /// `(rating − mean) / deviation`.
  case zscore(mean: Double, deviation: Double)
  /// 1 for what is rated at least so, 0 for the rest, which keeps it among what was rated.
  case likes(from: Double)
  /// 1 for everything that is there: clicks, purchases.
  case binary
  /// `ln(1 + rating)`: play counts, hours.
  case log
  /// The rating as it is.
  case none

  /// The weight, as the nearest Float32; not finite where the rating is beyond what the scale takes.
  public func weight(of rating: Double) -> Float {
    switch self {
    case .zscore(let mean, let deviation): Float((rating - mean) / deviation)
    case .likes(let least): rating >= least ? 1 : 0
    case .binary: 1
    case .log: Float(log1p(rating))
    case .none: Float(rating)
    }
  }
}

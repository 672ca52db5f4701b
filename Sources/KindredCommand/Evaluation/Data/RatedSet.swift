import JSONCodec
import SparseIndex

/// The data that a recommender is measured on: users' ratings, the items, and how weights are made.
package struct RatedSet: Sendable {
  /// The users, by ascending ids.
  package var users: RatedUsers
  /// Payloads by item, as the collection of items has them.
  package var catalogue: [UInt32: JSONObject]
  package var values: RatingValues
  /// Whether weights are ratings less the mean of their user's.
  package var isCentered: Bool
  /// Where it comes from, for people and programs.
  package var source: JSONObject

  package init(
    users: RatedUsers, catalogue: [UInt32: JSONObject], values: RatingValues,
    isCentered: Bool = false, source: JSONObject
  ) {
    self.users = users
    self.catalogue = catalogue
    self.values = values
    self.isCentered = isCentered
    self.source = source
  }

  /// The query of a user who has rated just these. Centred weights are centred on these: the mean
  /// of all that the user has rated would tell something of what is hidden.
  ///
  /// - Parameter ratings: places of ratings of one user.
  package func query(of ratings: ArraySlice<Int>) -> SparseVector {
    let vector = users.vector(of: ratings)
    guard isCentered, vector.count > 0 else { return vector }
    let mean = vector.weights.reduce(0) { $0 + Double($1) } / Double(vector.count)
    return SparseVector(
      ascending: vector.dimensions,
      weights: vector.weights.map { Float(saturating: Double($0) - mean) })
  }

  /// The rating from which on somebody is taken to have liked an item.
  ///
  /// - Parameter chosen: as people rate; nil for 4 of 5 stars, and the mean where there are no five.
  package func relevance(from chosen: Double?) throws(CommandFailure) -> Relevance {
    guard users.ratingCount > 0 else { throw CommandFailure("nobody has rated anything") }
    if let chosen {
      guard let value = values.value(of: chosen) else {
        throw CommandFailure(.usage, "--relevant-from \(chosen) is not a rating of this set")
      }
      return Relevance(rating: chosen, value: value, isChosen: true)
    }
    var least = Double.infinity
    var greatest = -Double.infinity
    var moments = RunningMoments()
    for value in users.values {
      least = min(least, value)
      greatest = max(greatest, value)
      moments.add(value)
    }
    let best = values.rating(of: greatest)
    if abs(best - 5) < 1e-3, values.rating(of: least) > -1e-3, let four = values.value(of: 4) {
      return Relevance(rating: 4, value: four, isChosen: false)
    }
    // The mean of equal values may differ from them in its last digit.
    let mean = least == greatest ? least : moments.mean
    return Relevance(rating: values.rating(of: mean), value: mean, isChosen: false)
  }
}

/// The value from which on a rating means that somebody likes an item.
package struct Relevance: Equatable, Sendable {
  package var rating: Double
  /// The same as the set's values.
  package var value: Double
  package var isChosen: Bool

  package init(rating: Double, value: Double, isChosen: Bool) {
    self.rating = rating
    self.value = value
    self.isChosen = isChosen
  }
}

/// The way in which the values of a set stand for ratings.
package enum RatingValues: Equatable, Sendable {
  /// They are the ratings, or all that is known of them.
  case ratings
  /// Float32 of (rating − mean) / deviation.
  case standardized(mean: Double, deviation: Double)
  /// Float32 of ln(1 + rating).
  case logarithms

  /// - Returns: nil where no value stands for it.
  package func value(of rating: Double) -> Double? {
    switch self {
    case .ratings: return rating
    // Rounded as the weights are, so that a rating of exactly this value is not below it.
    case .standardized(let mean, let deviation): return Double(Float((rating - mean) / deviation))
    case .logarithms:
      guard rating > -1 else { return nil }
      return Double(Float(logOfOnePlus(rating)))
    }
  }

  package func rating(of value: Double) -> Double {
    switch self {
    case .ratings: value
    case .standardized(let mean, let deviation): value * deviation + mean
    case .logarithms: min(exponentialLessOne(value), .greatestFiniteMagnitude)
    }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

private func logOfOnePlus(_ value: Double) -> Double { log1p(value) }
private func exponentialLessOne(_ value: Double) -> Double { expm1(value) }

import ArgumentParser
import Kindred
import MovieLens

/// The map by which ratings become weights.
package enum Scale: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// `(rating − mean) / deviation` over all ratings.
  case zscore
  /// `rating − mean` over the user's own ratings.
  case userMean = "user-mean"
  /// 1 for what is liked, 0 for the rest, which keeps it among what was rated.
  case likes
  /// 1 for everything that is there: clicks, purchases.
  case binary
  /// `ln(1 + rating)`: play counts, hours.
  case log
  /// The rating as it is.
  case none
}

/// A scale with what it needs to know of the set.
package struct Scaling: Equatable, Sendable {
  var scale: Scale
  /// Used by `zscore`.
  var standardization: Standardization?
  /// Used by `likes`: what is rated at least so is liked.
  var likedFrom: Double?

  package init(scale: Scale, standardization: Standardization? = nil, likedFrom: Double? = nil) {
    self.scale = scale
    self.standardization = standardization
    self.likedFrom = likedFrom
  }

  /// - Parameter ratings: of one user.
  package func weights(_ ratings: [Rating]) -> [Float] {
    guard let single else {
      let mean = ratings.reduce(0) { $0 + $1.value } / Double(max(ratings.count, 1))
      return ratings.map { Float($0.value - mean) }
    }
    return ratings.map { single.weight(of: $0.value) }
  }

  /// The scale of a rating by itself; nil where it depends on the user's others.
  private var single: RatingScale? {
    switch scale {
    case .zscore: .zscore(mean: standardization!.mean, deviation: standardization!.deviation)
    case .userMean: nil
    case .likes: .likes(from: likedFrom!)
    case .binary: .binary
    case .log: .log
    case .none: RatingScale.none
    }
  }
}

/// Count, mean and deviation of values as they come (Welford, 1962), without keeping them.
package struct RunningMoments {
  private(set) var count = 0
  package private(set) var mean = 0.0
  private var squares = 0.0

  package init() {}

  package mutating func add(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / Double(count)
    squares += distance * (value - mean)
  }

  /// The sample deviation (n − 1); nil for fewer than two values.
  package var deviation: Double? { count < 2 ? nil : (squares / Double(count - 1)).squareRoot() }
}

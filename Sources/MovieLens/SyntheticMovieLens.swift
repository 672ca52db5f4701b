import SparseIndex

/// A made-up set in the files of ML-1M: as many movies under the same ids, as many users with about as
/// many ratings each, popularity as skewed, tastes that users share. Titles and people are invented.
/// With another number of movies popularity is that of the large sets, see `Popularity`.
///
/// The same seed gives the same bytes.
package struct SyntheticMovieLens: Sendable {
  /// The set's files, by their names.
  package let files: [(name: String, text: String)]
  package let ratingCount: Int

  /// ML-1M numbers its movies 1 to 3952 and leaves 69 out, so do we.
  package static let movieIDs = (1...3952).filter { $0 % 57 != 0 }
  package static var movieCount: Int { movieIDs.count }
  /// How many movies can be asked for.
  package static let movieCounts = 100...1_000_000

  /// - Parameters:
  ///   - movieCount: nil for those of ML-1M; else one of `movieCounts`, and nobody rates more than a
  ///     tenth.
  ///   - onUser: called after each user with how many there are.
  package init(
    seed: UInt64, userCount: Int, movieCount: Int? = nil, onUser: (Int) -> Void = { _ in }
  ) {
    var random = SplitMix64(seed: seed)
    let ids = movieCount.map { Array(1...$0) } ?? Self.movieIDs
    let movies = ids.enumerated().map { index, id in
      SyntheticMovie(id: id, index: index, random: &random)
    }
    let popularity = Popularity(
      count: movies.count, hasLongTail: movieCount != nil, random: &random)
    let maxRatingCount = movieCount.map { $0 / 10 } ?? .max
    var users = ""
    var ratings = ""
    var ratingCount = 0
    for id in 1...userCount {
      let user = SyntheticUser(id: id, random: &random)
      users += user.line
      for rating in user.ratings(
        of: movies, popularity, upTo: maxRatingCount, random: &random)
      {
        ratings += "\(id)::\(movies[rating.movie].id)::\(rating.stars)::\(rating.timestamp)\n"
        ratingCount += 1
      }
      onUser(id)
    }
    self.ratingCount = ratingCount
    files = [
      ("README", Self.notice(seed: seed, movieCount: movieCount)),
      ("movies.dat", movies.map(\.line).joined()),
      ("users.dat", users),
      ("ratings.dat", ratings),
    ]
  }

  private static func notice(seed: UInt64, movieCount: Int?) -> String {
    """
    SYNTHETIC: made by 'kindred generate movielens --seed \(seed)\
    \(movieCount.map { " --movies \($0)" } ?? "")'. It has the shape of MovieLens \
    \(movieCount == nil ? "1M" : "32M, in the files of 1M,") and nothing else of it; titles, people and \
    ratings are invented.

    """
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, seeded, the same everywhere.
package struct SplitMix64 {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Evenly in 0 ..< 1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  package mutating func index(below count: Int) -> Int { Int(uniform() * Double(count)) }

  /// About normal, mean 0, deviation 1: the sum of twelve even ones, which needs no logarithm and so
  /// gives the same bits on every machine.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}

/// Draws movies so that few get most of the draws.
///
/// A long tail is that of ML-32M: of 85,000 movies and 200,000 people, who rate 32 million times, the
/// first gets 50,000 ratings, the 1,000th 7,800, the 8,000th 520, the one in the middle 6, and every
/// sixth none.
struct Popularity {
  private let cumulative: [Double]
  private let order: [Int]

  init(count: Int, hasLongTail: Bool, random: inout SplitMix64) {
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, random.index(below: index + 1))
    }
    self.order = order
    var sum = 0.0
    cumulative = (0..<count).map { rank in
      if hasLongTail {
        sum += Self.tail(Double(rank) / Double(count))
      } else {
        let share = 1 / Double(rank + 60)
        sum += share * (1 + 60 * share)
      }
      return sum
    }
  }

  /// e to the power of −12.5 · x^(3/8), of roots and products alone, which give the same bits
  /// everywhere.
  private static func tail(_ x: Double) -> Double {
    let fourth = x.squareRoot().squareRoot()
    var power = 1 - 12.5 * fourth * fourth.squareRoot() / 1024
    for _ in 0..<10 { power *= power }
    return power
  }

  func draw(_ random: inout SplitMix64) -> Int {
    let target = random.uniform() * cumulative[cumulative.count - 1]
    return order[lowerBound(in: 0..<cumulative.count - 1) { cumulative[$0] <= target }]
  }
}

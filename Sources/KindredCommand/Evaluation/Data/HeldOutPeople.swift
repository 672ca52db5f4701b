import MovieLens

/// One person who is held out: what is known of them, and what should be found.
package struct HeldOutPerson: Equatable, Sendable {
  /// The number among the users.
  package var user: Int
  /// Places of the ratings that are known, in the order in which they become known.
  package var known: [Int]
  /// Items that the person likes among the other ratings; may be empty.
  package var relevant: Set<UInt32>
}

/// The choice of people and of their hidden ratings: made by the seed alone, not by any answer.
package struct HeldOutPeople: Sendable {
  package enum Order: Equatable, Sendable {
    /// The known ratings are drawn at random.
    case random
    /// The known ratings are the earliest.
    case byTime
  }

  package struct Plan: Equatable, Sendable {
    package var seed: UInt64
    package var testCount: Int
    /// People on whom parameters are chosen; none where nothing is chosen.
    package var validationCount = 0
    /// The share of a person's ratings that is known, above 0 and below 1.
    package var queryShare = 0.8
    package var order = Order.random
    /// The least value that counts as liked.
    package var relevantFrom: Double

    package init(
      seed: UInt64, testCount: Int, validationCount: Int = 0, queryShare: Double = 0.8,
      order: Order = .random, relevantFrom: Double
    ) {
      self.seed = seed
      self.testCount = testCount
      self.validationCount = validationCount
      self.queryShare = queryShare
      self.order = order
      self.relevantFrom = relevantFrom
    }
  }

  package let test: [HeldOutPerson]
  package let validation: [HeldOutPerson]

  /// Draws people who have two ratings at least, so that one can be known and one hidden. Those for the
  /// test are drawn first, and are the same however many are drawn for validation.
  package init(of users: RatedUsers, _ plan: Plan) {
    var random = SplitMix64(seed: plan.seed)
    var candidates = Self.candidates(among: users)
    random.shuffle(&candidates)
    let drawn = candidates.prefix(plan.testCount + plan.validationCount).map { user in
      Self.person(user, of: users, plan, &random)
    }
    test = Array(drawn.prefix(plan.testCount))
    validation = Array(drawn.dropFirst(plan.testCount))
  }

  /// Users who can be held out.
  package static func candidates(among users: RatedUsers) -> [Int] {
    (0..<users.count).filter { users.ratings(of: $0).count > 1 }
  }

  private static func person(
    _ user: Int, of users: RatedUsers, _ plan: Plan, _ random: inout SplitMix64
  ) -> HeldOutPerson {
    var ratings = Array(users.ratings(of: user))
    random.shuffle(&ratings)
    if plan.order == .byTime {
      // Equal times, which come in whole sessions, are ordered by chance, not by the item's number.
      ratings = ratings.enumerated().sorted {
        (users.times[$0.element], $0.offset) < (users.times[$1.element], $1.offset)
      }.map(\.element)
    }
    let knownCount = knownCount(of: ratings.count, share: plan.queryShare)
    let liked = ratings[knownCount...].filter { users.values[$0] >= plan.relevantFrom }
    return HeldOutPerson(
      user: user, known: Array(ratings[..<knownCount]),
      relevant: Set(liked.map { users.items[$0] }))
  }

  /// At least one is known, and one is not. The share as it is written decides: 0.29 of 100 are 29,
  /// although their product is a little less.
  package static func knownCount(of count: Int, share: Double) -> Int {
    let exact = Int(exactly: (Double(count) * share + 1e-9).rounded(.down)) ?? 0
    return min(max(exact, 1), count - 1)
  }
}

extension SplitMix64 {
  /// Fisher and Yates' shuffle.
  mutating func shuffle(_ elements: inout [Int]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, self.index(below: index + 1))
    }
  }
}

import JSONCodec
import Kindred

/// A request's changes to one user's ratings.
struct UserRatings: Sendable {
  var user: RatingsBody.Name
  /// The weights; nil where a rating is taken back.
  var weights: [RatingsBody.Name: Float?] = [:]
  /// When the items were rated that are, as `RatingTime` has it; empty where no times are kept.
  var times: [RatingsBody.Name: Float] = [:]

  /// By user, in the order of their first ratings. Of several ratings of an item the latest counts, by
  /// their times where both have one, else by their order.
  ///
  /// - Parameter now: seconds since 1970, when whatever has no time was rated; nil where no times are
  ///   kept.
  static func all(
    of body: RatingsBody, _ scale: RatingScale, now: Int64?
  ) throws -> [UserRatings] {
    var all: [UserRatings] = []
    var indexes: [RatingsBody.Name: Int] = [:]
    var times: [Rated: Double] = [:]
    for rating in body.ratings {
      let rated = Rated(user: rating.user, item: rating.item)
      if let before = times[rated], let time = rating.time, time < before { continue }
      times[rated] = rating.time
      let weight = rating.value.map(scale.weight(of:))
      guard weight?.isFinite ?? true else {
        throw APIError.validation(
          rating.path + ".rating", "is beyond what the scale of the collection takes")
      }
      let index = indexes[rating.user] ?? all.count
      if index == all.count {
        indexes[rating.user] = index
        all.append(UserRatings(user: rating.user))
      }
      all[index].weights.updateValue(weight, forKey: rating.item)
      if let now {
        let time = try weight == nil ? nil : Self.time(of: rating, now: now)
        all[index].times[rating.item] = time
      }
    }
    return all
  }

  private static func time(of rating: RatingsBody.Rating, now: Int64) throws -> Float {
    let given = rating.time?.rounded(.down)
    guard let seconds = given.map({ Int64(exactly: $0) }) ?? now,
      let weight = RatingTime.weight(of: seconds)
    else {
      throw APIError.validation(
        rating.path + ".time", "must be in \(RatingTime.boundsText), where times are kept")
    }
    return weight
  }

  private struct Rated: Hashable {
    var user: RatingsBody.Name
    var item: RatingsBody.Name
  }

  /// - Parameters:
  ///   - vectorName: where the ratings are.
  ///   - times: where their times are; nil where none are kept.
  ///   - number: the number of an item; nil leaves it out.
  func patches(
    _ id: PointID, _ vectorName: String, times timesName: String?,
    _ number: (RatingsBody.Name) -> UInt32?
  ) -> [SparseVectorPatch] {
    let ratings = Self.patch(id, vectorName, weights, number)
    guard let timesName else { return [ratings] }
    var times = weights
    for (name, weight) in weights where weight != nil {
      times.updateValue(self.times[name], forKey: name)
    }
    return [ratings, Self.patch(id, timesName, times, number)]
  }

  private static func patch(
    _ id: PointID, _ vectorName: String, _ weights: [RatingsBody.Name: Float?],
    _ number: (RatingsBody.Name) -> UInt32?
  ) -> SparseVectorPatch {
    var entries: [(item: UInt32, weight: Float)] = []
    var removed: [UInt32] = []
    for (name, weight) in weights {
      guard let item = number(name) else { continue }
      if let weight { entries.append((item, weight)) } else { removed.append(item) }
    }
    entries.sort { $0.item < $1.item }
    return SparseVectorPatch(
      id: id, vectorName: ByteString(vectorName),
      entries: SparseVector(ascending: entries.map(\.item), weights: entries.map(\.weight)),
      removed: removed.sorted())
  }
}

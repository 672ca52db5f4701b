import JSONCodec
import Kindred

/// A request's changes to one user's ratings.
struct UserRatings: Sendable {
  var user: RatingsBody.Name
  /// The weights; nil where a rating is taken back.
  var weights: [RatingsBody.Name: Float?] = [:]

  /// By user, in the order of their first ratings. Of several ratings of an item the latest counts, by
  /// their times where both have one, else by their order.
  static func all(
    of body: RatingsBody, _ scale: RatingScale
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
    }
    return all
  }

  private struct Rated: Hashable {
    var user: RatingsBody.Name
    var item: RatingsBody.Name
  }

  /// - Parameter number: the number of an item; nil leaves it out.
  func patch(
    _ id: PointID, _ vectorName: String, _ number: (RatingsBody.Name) -> UInt32?
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

import JSONCodec
import Kindred

/// How ratings become weights in a collection, and whether its users and items have keys, by the
/// `SetRecord` that `kindred load` has left in its metadata.
struct RatingScheme {
  /// Nil where a rating's weight depends on the user's other ratings.
  var scale: RatingScale?
  var usersHaveKeys: Bool
  var itemsHaveKeys: Bool
  /// The collection of the items.
  var catalogue: String?
  /// The sparse vector that says when each item was rated, where the load has kept that.
  var times: String?

  private static func record(of collection: CollectionView) -> JSONObject? {
    collection.configuration.annotations["metadata"]?.asObject?[SetRecord.member]?.asObject
  }

  /// The collection of the items; nil where none is known.
  static func catalogue(of collection: CollectionView) -> String? {
    record(of: collection)?["catalogue"]?.asString
  }

  /// Where nothing is known ratings are weights, and users and items are numbers.
  /// - Throws: where the record says something that this version does not know.
  init(of collection: CollectionView) throws {
    (scale, usersHaveKeys, itemsHaveKeys) = (RatingScale.none, false, false)
    guard let record = Self.record(of: collection) else { return }
    func text(_ name: String) -> String? {
      if case .string(let text)? = record[name] { text } else { nil }
    }
    func number(_ name: String) throws -> Double {
      guard let number = record[name]?.asDouble else {
        throw APIError.badRequest(
          "the metadata of collection `\(collection.name)` does not give its scale's `\(name)`")
      }
      return number
    }
    catalogue = text("catalogue")
    times = text("times")
    usersHaveKeys = text("users") == "keys"
    itemsHaveKeys = text("items") == "keys"
    switch text("scale") {
    case nil, "none": scale = RatingScale.none
    case "zscore":
      let (mean, deviation) = (try number("mean"), try number("deviation"))
      guard deviation > 0 else {
        throw APIError.badRequest(
          "the metadata of collection `\(collection.name)` has a `deviation` that is not positive")
      }
      scale = .zscore(mean: mean, deviation: deviation)
    case "user-mean": scale = nil
    case "likes": scale = .likes(from: try number("liked_from"))
    case "binary": scale = .binary
    case "log": scale = .log
    case .some(let name):
      throw APIError.badRequest(
        "the metadata of collection `\(collection.name)` names an unknown scale `\(name)`")
    }
  }
}

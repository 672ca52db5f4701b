import SparseIndex

/// Items to recommend, and the reasons.
public struct Recommendation: Equatable, Sendable {
  /// An item that is recommended.
  public struct Item: Equatable, Sendable {
    /// The item: a dimension of the ratings vector, and a point id of the catalogue.
    public var id: UInt32
    /// How good the item should be, on the method's own scale: comparable within one answer only.
    public var score: Float
    /// How many neighbours rated the item; of a popular one, how many people.
    public var neighborCount: Int
    /// Whether nobody has rated the item: it is like what the subject likes, by its payload, and its
    /// score is the likeness, from 0 to 1.
    public var isNew = false
    /// The item's payload in the catalogue, when one was given and has the item.
    public var payload: JSONObject?
    /// One entry a neighbour that rated the item, the greatest first; nil unless asked for.
    public var explanation: [Contribution]?
    /// Which of the subject's own ratings contributed what, the greatest first; nil unless asked for.
    public var because: [Reason]?
  }

  /// A neighbour's part in an item's score.
  public struct Contribution: Equatable, Sendable {
    /// The neighbour's point.
    public var neighbor: PointID
    /// The amount that the neighbour added to the item's score.
    public var contribution: Float
  }

  /// The part in an item's score of one of the subject's own ratings.
  public struct Reason: Equatable, Sendable {
    /// An item that the subject has rated.
    public var item: UInt32
    /// The part of the recommended item's score that comes from it.
    public var contribution: Float
  }

  /// A point whose ratings are like the subject's.
  public struct Neighbor: Equatable, Sendable {
    /// The neighbour's point.
    public var id: PointID
    /// The similarity.
    public var score: Float
  }

  /// Best first; equal scores: higher id first.
  public var items: [Item]
  /// Nearest first.
  public var neighbors: [Neighbor]
  /// The method that found the items.
  public var method: RecommendationRequest.Method
  /// Why the method is not the one that was asked for; nil where it is.
  public var fallbackReason: String?
}

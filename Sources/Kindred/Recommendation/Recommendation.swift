import SparseIndex

/// Items to recommend, and the reasons.
public struct Recommendation: Equatable, Sendable {
  public struct Item: Equatable, Sendable {
    /// The item: a dimension of the ratings vector, and a point id of the catalogue.
    public var id: UInt32
    public var score: Float
    /// How many neighbours rated the item; of a popular one, how many people.
    public var neighborCount: Int
    /// Whether nobody has rated the item: it is like what the subject likes, by its payload, and its
    /// score is the likeness, from 0 to 1.
    public var isNew = false
    /// The item's payload in the catalogue, when one was given and has the item.
    public var payload: JSONObject?
    /// One entry a neighbour that rated the item, nearest first; nil unless asked for.
    public var explanation: [Contribution]?
    /// Which of the subject's own ratings contributed what, the greatest first; nil unless asked for.
    public var because: [Reason]?
  }

  public struct Contribution: Equatable, Sendable {
    public var neighbor: PointID
    /// The amount that the neighbour added to the item's score.
    public var contribution: Float
  }

  public struct Reason: Equatable, Sendable {
    /// An item that the subject has rated.
    public var item: UInt32
    /// The part of the recommended item's score that comes from it.
    public var contribution: Float
  }

  public struct Neighbor: Equatable, Sendable {
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

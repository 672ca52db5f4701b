/// "Who is like me, and what did they like?" in one call: the k nearest points to a set of ratings,
/// their weights summed per item, best first. The defaults are those of the notebook.
public struct RecommendationRequest: Equatable, Sendable {
  public enum Subject: Equatable, Sendable {
    /// Item → weight.
    case ratings(SparseVector)
    /// An existing point, which is itself left out of the neighbours.
    case point(PointID)
  }

  public enum NeighborWeight: String, Sendable, CaseIterable {
    /// Every neighbour counts the same.
    case uniform
    /// A neighbour's weights are multiplied by its similarity.
    case similarity
  }

  public var subject: Subject
  /// The name of the sparse vector that holds the ratings.
  public var using: String
  /// Which points may be neighbours.
  public var filter: Filter?
  /// How many neighbours to ask, at least 1.
  public var neighborCount: Int
  public var similarity: Similarity
  public var neighborWeight: NeighborWeight
  /// Items to answer, at least 1.
  public var limit: Int
  /// Whether to leave out what the subject has rated.
  public var excludeRated: Bool
  /// Whether to say which neighbours contributed what.
  public var explain: Bool

  public init(
    subject: Subject, using: String = "ratings", filter: Filter? = nil, neighborCount: Int = 20,
    similarity: Similarity = .dot, neighborWeight: NeighborWeight = .uniform, limit: Int = 10,
    excludeRated: Bool = true, explain: Bool = false
  ) {
    self.subject = subject
    self.using = using
    self.filter = filter
    self.neighborCount = neighborCount
    self.similarity = similarity
    self.neighborWeight = neighborWeight
    self.limit = limit
    self.excludeRated = excludeRated
    self.explain = explain
  }
}

/// "Who is like me, and what did they like?" in one call.
public struct RecommendationRequest: Equatable, Sendable {
  /// Whom the recommendation is for.
  public enum Subject: Equatable, Sendable {
    /// Item → weight, on the scale of the collection's own weights.
    case ratings(SparseVector)
    /// An existing point, which is itself left out of the neighbours.
    case point(PointID)
    /// An existing point as if it had rated these items so, beside its others.
    case pointRating(PointID, SparseVector)
    /// Several points, who get one list. Nobody of them is a neighbour.
    case points([PointID])
    /// Items, to find more like them.
    case items([UInt32])
    /// A person without any known ratings.
    case nobody
  }

  /// The way in which items are found.
  public enum Method: String, Sendable, CaseIterable {
    /// The best method for what is known of the subject.
    case auto
    /// The nearest points' weights, summed per item.
    case neighbors
    /// An item model's scores.
    case items
    /// How many have rated an item.
    case popular
    /// Neighbours, with the parameters of the notebook.
    case notebook
  }

  /// Whom the recommendation is for.
  public var subject: Subject
  /// The name of the sparse vector that holds the ratings.
  public var using: String
  /// The way in which items are found; the answer says which one it was.
  public var method: Method
  /// How neighbours are found and counted, for methods that ask them.
  public var neighbors: NeighborParameters
  /// Which points may be neighbours, and among whom items are popular.
  public var filter: Filter?
  /// Which items may be answered, by their payload in the catalogue.
  public var itemFilter: Filter?
  /// Items that are left out.
  public var exclude: [UInt32]
  /// Whether to leave out what the subject has rated.
  public var excludeRated: Bool
  /// Items to answer, at least 1, after the first `offset`.
  public var limit: Int
  /// Items to leave out at the start.
  public var offset: Int
  /// How much the items should differ from each other, from 0 to 1: the best are chosen one after the
  /// other by maximal marginal relevance. Nil chooses by score alone.
  public var diversity: Float?
  /// The share of the list that is for items that nobody has rated yet, from 0 to 1: those most like
  /// what the subject likes, by their payload in the catalogue. Nil for none.
  public var newItems: Double?
  /// Whether to say what contributed to an item's score.
  public var explain: Bool

  /// - Parameter neighbors: by default the method's own.
  public init(
    subject: Subject, using: String = "ratings", method: Method = .auto,
    neighbors: NeighborParameters? = nil, filter: Filter? = nil, itemFilter: Filter? = nil,
    exclude: [UInt32] = [], excludeRated: Bool = true, limit: Int = 10, offset: Int = 0,
    diversity: Float? = nil, newItems: Double? = nil, explain: Bool = false
  ) {
    self.subject = subject
    self.using = using
    self.method = method
    self.neighbors = neighbors ?? NeighborParameters(for: method)
    self.filter = filter
    self.itemFilter = itemFilter
    self.exclude = exclude
    self.excludeRated = excludeRated
    self.limit = limit
    self.offset = offset
    self.diversity = diversity
    self.newItems = newItems
    self.explain = explain
  }
}

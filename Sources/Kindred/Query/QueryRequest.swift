/// The universal query: optional prefetches, and a query that runs over what they found (or over the
/// whole collection when there are none). Names and defaults are those of the REST API.
public struct QueryRequest: Equatable, Sendable {
  public var prefetch: [Prefetch]
  /// Nil: points in the order of their ids, each with score 1. With prefetches it must be given.
  public var query: Query?
  /// The name of the vector to compare with; for a text query the payload key.
  public var using: String
  /// Holds for the prefetches too, at every depth.
  public var filter: Filter?
  public var params: QueryParameters
  public var scoreThreshold: Float?
  /// At least 1.
  public var limit: Int
  public var offset: Int
  public var withPayload: PayloadSelector
  public var withVector: VectorSelector
  /// Where points named by id take their vectors from; nil is this collection.
  public var lookupFrom: LookupLocation?

  public init(
    prefetch: [Prefetch] = [], query: Query? = nil, using: String = "", filter: Filter? = nil,
    params: QueryParameters = QueryParameters(), scoreThreshold: Float? = nil, limit: Int = 10,
    offset: Int = 0, withPayload: PayloadSelector = .none, withVector: VectorSelector = .none,
    lookupFrom: LookupLocation? = nil
  ) {
    self.prefetch = prefetch
    self.query = query
    self.using = using
    self.filter = filter
    self.params = params
    self.scoreThreshold = scoreThreshold
    self.limit = limit
    self.offset = offset
    self.withPayload = withPayload
    self.withVector = withVector
    self.lookupFrom = lookupFrom
  }
}

/// A query whose points the outer query works on.
public struct Prefetch: Equatable, Sendable {
  public var prefetch: [Prefetch]
  public var query: Query?
  public var using: String
  public var filter: Filter?
  public var params: QueryParameters
  public var scoreThreshold: Float?
  /// At least 1.
  public var limit: Int
  public var lookupFrom: LookupLocation?

  /// 1 for a prefetch without prefetches.
  var depth: Int { 1 + (prefetch.map(\.depth).max() ?? 0) }

  public init(
    prefetch: [Prefetch] = [], query: Query? = nil, using: String = "", filter: Filter? = nil,
    params: QueryParameters = QueryParameters(), scoreThreshold: Float? = nil, limit: Int = 10,
    lookupFrom: LookupLocation? = nil
  ) {
    self.prefetch = prefetch
    self.query = query
    self.using = using
    self.filter = filter
    self.params = params
    self.scoreThreshold = scoreThreshold
    self.limit = limit
    self.lookupFrom = lookupFrom
  }
}

/// The criterion that ranks points.
public enum Query: Equatable, Sendable {
  /// The points most similar to a vector, thinned out for variety when `mmr` is given.
  case nearest(VectorInput, mmr: MMR? = nil)
  case recommend(ExampleInput)
  case discover(DiscoverInput)
  case context([ContextPair])
  case orderBy(OrderBy)
  /// Needs prefetches.
  case fusion(Fusion)
  /// Needs prefetches.
  case formula(Formula)
  case sample(Sample)
  case relevanceFeedback(RelevanceFeedbackInput)
  /// BM25 over a payload field's text index; `using` names the field.
  case text(TextQuery)
}

/// A vector, or a stored point that lends its own (and is itself left out of the results).
public enum VectorInput: Equatable, Sendable {
  case vector(VectorValue)
  case id(PointID)

  var id: PointID? {
    if case .id(let id) = self { id } else { nil }
  }
}

/// The search parameters that mean something here; `exact` and the parameters of approximate indexes
/// do not, since every search is exact.
public struct QueryParameters: Equatable, Sendable {
  /// Nil, which is the whole collection, for vectors without the modifier.
  public var idf: IDFScope?
  /// A parameter of approximate indexes: without effect, as every search is exact.
  public var hnswEF: Int?
  public var exact = false
  public var oversampling: Double?

  public init(idf: IDFScope? = nil) { self.idf = idf }
}

/// The points that document frequencies are counted over, among those that have the vector.
public enum IDFScope: Equatable, Sendable {
  case global
  case corpus(Filter)
}

/// Where points named by id take their vectors from.
public struct LookupLocation: Equatable, Sendable {
  public var collection: String
  /// Nil is the name the query uses.
  public var vector: String?

  public init(collection: String, vector: String? = nil) {
    self.collection = collection
    self.vector = vector
  }
}

/// The universal query: optional prefetches, and a query that runs over what they found (or over the
/// whole collection when there are none). Names and defaults are those of the REST API.
public struct QueryRequest: Equatable, Sendable {
  /// The queries that run first; without any, the query runs over the whole collection.
  public var prefetch: [Prefetch]
  /// Nil: points in the order of their ids, each with score 1. With prefetches it must be given.
  public var query: Query?
  /// The name of the vector to compare with; for a text query the payload key.
  public var using: String
  /// Holds for the prefetches too, at every depth.
  public var filter: Filter?
  /// Parameters of the outer query; each prefetch has its own.
  public var params: QueryParameters
  /// Hits that score worse than this are left out; nil keeps all. Needs a query that gives scores.
  public var scoreThreshold: Float?
  /// At least 1.
  public var limit: Int
  /// Hits to leave out at the start; a random sample leaves none out.
  public var offset: Int
  /// Which parts of the payload to answer.
  public var withPayload: PayloadSelector
  /// Which vectors to answer.
  public var withVector: VectorSelector
  /// Where points named by id take their vectors from; nil is this collection.
  public var lookupFrom: LookupLocation?

  /// A request for the first 10 ids of the collection, unless more is given.
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
  /// The queries whose points this one works on; without any, it runs over the whole collection.
  public var prefetch: [Prefetch]
  /// Nil: points in the order of their ids, each with score 1. With prefetches it must be given.
  public var query: Query?
  /// The name of the vector to compare with; for a text query the payload key.
  public var using: String
  /// Which points may be found, besides what the outer filter demands; nil for no condition.
  public var filter: Filter?
  /// Parameters of this query alone.
  public var params: QueryParameters
  /// Hits that score worse than this are left out; nil keeps all.
  public var scoreThreshold: Float?
  /// At least 1.
  public var limit: Int
  /// Where points named by id take their vectors from; nil is this collection.
  public var lookupFrom: LookupLocation?

  /// 1 for a prefetch without prefetches.
  var depth: Int { 1 + (prefetch.map(\.depth).max() ?? 0) }

  /// A query for 10 points, unless more is given.
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
  /// Points like some examples and unlike others.
  case recommend(ExampleInput)
  /// Points near a target, divided by pairs of examples.
  case discover(DiscoverInput)
  /// Points on the good side of pairs of examples; at least one pair.
  case context([ContextPair])
  /// Points by a payload value, whose key must have an index that knows an order.
  case orderBy(OrderBy)
  /// Needs prefetches.
  case fusion(Fusion)
  /// Needs prefetches.
  case formula(Formula)
  /// Points drawn at random, each with score 1.
  case sample(Sample)
  /// Points near a target, corrected by examples that were judged.
  case relevanceFeedback(RelevanceFeedbackInput)
  /// BM25 over a payload key's text index; `using` names the key.
  case text(TextQuery)
}

/// A vector, or a stored point that lends its own (and is itself left out of the results).
public enum VectorInput: Equatable, Sendable {
  /// A vector of the kind and size that the name stands for.
  case vector(VectorValue)
  /// The stored vector of a point, of this collection or of the one that `lookupFrom` names.
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
  /// Without effect, as every search is exact.
  public var exact = false
  /// A parameter of quantization: without effect.
  public var oversampling: Double?

  /// Parameters that change nothing but the points that frequencies are counted over.
  public init(idf: IDFScope? = nil) { self.idf = idf }
}

/// The points that document frequencies are counted over, among those that have the vector.
public enum IDFScope: Equatable, Sendable {
  /// All points of the collection.
  case global
  /// The points that pass the filter.
  case corpus(Filter)
}

/// Where points named by id take their vectors from.
public struct LookupLocation: Equatable, Sendable {
  /// The collection's name or alias.
  public var collection: String
  /// Nil is the name the query uses.
  public var vector: String?

  /// A vector of another collection, by default the one of the query's own name.
  public init(collection: String, vector: String? = nil) {
    self.collection = collection
    self.vector = vector
  }
}

import JSONCodec

/// A query, and what runs before it: it works on the points that its prefetches find, or on the whole
/// collection when there are none. Names and defaults are those of the REST API.
public struct QueryStage: Equatable, Sendable {
  /// The queries that run first, each a stage of its own.
  public var prefetch: [QueryStage]
  /// Nil: points in the order of their ids, each with score 1. With prefetches it must be given.
  public var query: Query?
  /// The name of the vector to compare with.
  public var using: String
  /// Which points may be found; nil for no condition. Holds for the prefetches too, at every depth.
  public var filter: Filter?
  /// For vectors with the modifier; nil counts over the whole collection.
  public var idf: IDFScope?
  /// Hits that score worse than this are left out; nil keeps all. Needs a query that gives scores.
  public var scoreThreshold: Float?
  /// At least 1.
  public var limit: Int
  /// Where points named by id take their vectors from; nil is this collection.
  public var lookupFrom: LookupLocation?
  /// What a server wants to remember of the stage; without effect on its hits.
  public var annotations: JSONObject

  /// 1 for a stage without prefetches.
  var depth: Int { 1 + (prefetch.map(\.depth).max() ?? 0) }

  /// A stage for 10 points, unless more is given.
  public init(
    prefetch: [QueryStage] = [], query: Query? = nil, using: String = "", filter: Filter? = nil,
    idf: IDFScope? = nil, scoreThreshold: Float? = nil, limit: Int = 10,
    lookupFrom: LookupLocation? = nil, annotations: JSONObject = [:]
  ) {
    self.prefetch = prefetch
    self.query = query
    self.using = using
    self.filter = filter
    self.idf = idf
    self.scoreThreshold = scoreThreshold
    self.limit = limit
    self.lookupFrom = lookupFrom
    self.annotations = annotations
  }

  /// Makes room for hits that are dropped at the start. What MMR chooses from stays as it is.
  mutating func extend(by offset: Int) {
    if case .nearest(let input, mmr: var mmr?)? = query {
      mmr.candidatesLimit = mmr.candidatesLimit ?? limit
      query = .nearest(input, mmr: mmr)
    }
    let (sum, overflows) = limit.addingReportingOverflow(offset)
    limit = overflows ? .max : sum
  }
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

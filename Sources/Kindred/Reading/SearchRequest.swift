/// The nearest points to one vector.
public struct SearchRequest: Equatable, Sendable {
  /// The vector to search with, of the kind and size that `using` stands for.
  public var vector: VectorValue
  /// The name of the stored vector to compare with.
  public var using: String
  /// Which points may be found; nil for all.
  public var filter: Filter?
  /// Hits to answer, at least 1.
  public var limit: Int
  /// Hits to leave out at the start.
  public var offset: Int
  /// Only hits with a score above (for distances: below) this.
  public var scoreThreshold: Float?
  /// Which parts of the payload to answer.
  public var payload: PayloadSelector
  /// Which vectors to answer.
  public var vectors: VectorSelector

  /// A request for the ids and scores of the 10 nearest points, unless more is given.
  public init(
    vector: VectorValue, using: String, filter: Filter? = nil, limit: Int = 10, offset: Int = 0,
    scoreThreshold: Float? = nil, payload: PayloadSelector = .none, vectors: VectorSelector = .none
  ) {
    self.vector = vector
    self.using = using
    self.filter = filter
    self.limit = limit
    self.offset = offset
    self.scoreThreshold = scoreThreshold
    self.payload = payload
    self.vectors = vectors
  }
}

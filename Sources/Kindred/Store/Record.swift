/// A point as answered: `payload` and `vectors` are nil where they were not asked for.
public struct Record: Equatable, Sendable {
  /// The point's identity.
  public var id: PointID
  /// The parts of the payload that were asked for; nil where none were.
  public var payload: JSONObject?
  /// The vectors that were asked for and that the point has, by name; nil where none were.
  public var vectors: [ByteString: VectorValue]?
  /// The value that the point was ordered by, where the query or the scroll orders by a payload value.
  public var orderValue: OrderValue?

  /// A record with these parts, none by default.
  public init(
    id: PointID, payload: JSONObject? = nil, vectors: [ByteString: VectorValue]? = nil,
    orderValue: OrderValue? = nil
  ) {
    self.id = id
    self.payload = payload
    self.vectors = vectors
    self.orderValue = orderValue
  }
}

/// A hit: a record and how well it fits. Hits order by score, the higher id first among equals.
public struct ScoredPoint: Equatable, Sendable {
  /// The similarity, distance or rank that the query gives, which says whether greater is better.
  public var score: Float
  /// The point, with the parts that were asked for.
  public var record: Record

  /// The point's identity.
  public var id: PointID { record.id }

  /// A hit of that score.
  public init(score: Float, record: Record) {
    self.score = score
    self.record = record
  }
}

/// Which parts of the payload to answer.
public enum PayloadSelector: Equatable, Sendable {
  /// Nothing.
  case none
  /// The whole payload.
  case all
  /// Only what these paths lead to.
  case include([JSONPath])
  /// Everything but what these paths lead to.
  case exclude([JSONPath])
}

/// Which vectors to answer.
public enum VectorSelector: Equatable, Sendable {
  /// No vectors.
  case none
  /// Every vector that the point has.
  case all
  /// The vectors of these names; one that the collection does not have is an error.
  case names([String])
}

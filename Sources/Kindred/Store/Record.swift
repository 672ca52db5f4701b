/// A point as answered: `payload` and `vectors` are nil where they were not asked for.
public struct Record: Equatable, Sendable {
  public var id: PointID
  public var payload: JSONObject?
  public var vectors: [ByteString: VectorValue]?
  /// The value that the point was ordered by, where the query or the scroll orders by a payload value.
  public var orderValue: OrderValue?

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
  public var score: Float
  public var record: Record

  public var id: PointID { record.id }

  public init(score: Float, record: Record) {
    self.score = score
    self.record = record
  }
}

/// Which parts of the payload to answer.
public enum PayloadSelector: Equatable, Sendable {
  case none
  case all
  case include([JSONPath])
  case exclude([JSONPath])
}

/// Which vectors to answer.
public enum VectorSelector: Equatable, Sendable {
  case none
  case all
  case names([String])
}

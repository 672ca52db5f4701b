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

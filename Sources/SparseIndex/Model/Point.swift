public import JSONCodec

/// One stored thing: an id, at most one vector per name, and a JSON object.
public struct Point: Equatable, Sendable {
  /// The point's identity, unique in its collection.
  public var id: PointID
  /// By vector name; `""` is the unnamed (default) dense vector of a collection that has one.
  public var vectors: [ByteString: VectorValue]
  /// The JSON object that is stored with the vectors; empty where there is nothing to store.
  public var payload: JSONObject

  /// A point with these vectors and this payload, none by default.
  public init(id: PointID, vectors: [ByteString: VectorValue] = [:], payload: JSONObject = [:]) {
    self.id = id
    self.vectors = vectors
    self.payload = payload
  }
}

/// The vector stored under one name.
public enum VectorValue: Equatable, Sendable {
  /// The weights of some dimensions; all others count as 0.
  case sparse(SparseVector)
  /// `size` finite components.
  case dense([Float])
  /// Any number of rows (at least one) of `size` finite components each, compared by max-sim.
  case multiDense([[Float]])
}

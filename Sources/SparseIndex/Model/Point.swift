public import JSONCodec

/// One stored thing: an id, at most one vector per name, and a JSON object.
public struct Point: Equatable, Sendable {
  public var id: PointID
  /// By vector name; `""` is the unnamed (default) dense vector of a collection that has one.
  public var vectors: [ByteString: VectorValue]
  public var payload: JSONObject

  public init(id: PointID, vectors: [ByteString: VectorValue] = [:], payload: JSONObject = [:]) {
    self.id = id
    self.vectors = vectors
    self.payload = payload
  }
}

/// The vector stored under one name.
public enum VectorValue: Equatable, Sendable {
  case sparse(SparseVector)
  /// `size` finite components.
  case dense([Float])
  /// Any number of rows (at least one) of `size` finite components each, compared by max-sim.
  case multiDense([[Float]])
}

public import JSONCodec

/// The parameters that a collection was created with. Named vectors, sparse and dense, share one
/// name space.
public struct CollectionConfiguration: Equatable, Sendable {
  /// The sparse vectors that points may have, by name.
  public var sparseVectors: [ByteString: SparseVectorParameters]
  /// The name `""` is the unnamed (default) vector.
  public var denseVectors: [ByteString: DenseVectorParameters]
  /// Whether the only dense vector is shown under its name although that is empty: it was created so.
  public var namesUnnamedVector = false
  /// When, as in `2026-01-31T12:00:00.000Z`; nil for a collection made by a version that did not say.
  public var createdAt: String?
  /// Payload indexes, by key path as written.
  public var payloadIndexes: [ByteString: PayloadIndexParameters]
  /// What a server and item models keep besides: without effect on points and searches.
  public var annotations: JSONObject

  /// A configuration of these vectors and indexes; a collection may have none of either.
  public init(
    sparseVectors: [ByteString: SparseVectorParameters] = [:],
    denseVectors: [ByteString: DenseVectorParameters] = [:],
    payloadIndexes: [ByteString: PayloadIndexParameters] = [:],
    annotations: JSONObject = [:]
  ) {
    self.sparseVectors = sparseVectors
    self.denseVectors = denseVectors
    self.payloadIndexes = payloadIndexes
    self.annotations = annotations
  }
}

/// Parameters of one sparse vector name.
public struct SparseVectorParameters: Equatable, Sendable {
  /// A change to the weights of queries.
  public enum Modifier: String, Sendable {
    /// Query weights stay as they are.
    case none
    /// Query weights are multiplied by the dimension's inverse document frequency.
    case idf
  }

  /// The change to query weights before vectors are compared.
  public var modifier: Modifier
  /// What a server keeps besides: without effect on points and searches.
  public var annotations: JSONObject

  /// By default query weights stay as they are.
  public init(modifier: Modifier = .none, annotations: JSONObject = [:]) {
    self.modifier = modifier
    self.annotations = annotations
  }
}

/// Parameters of one dense vector name.
public struct DenseVectorParameters: Equatable, Sendable {
  /// The measure by which vectors are compared.
  public enum Distance: String, Sendable {
    /// The dot product; greater is closer.
    case dot = "Dot"
    /// The cosine of the angle; greater is closer.
    case cosine = "Cosine"
    /// The Euclidean distance; smaller is closer.
    case euclid = "Euclid"
    /// The sum of the components' absolute differences; smaller is closer.
    case manhattan = "Manhattan"
  }

  /// Components of each vector, 1 to 65,536.
  public var size: Int
  /// The measure by which queries compare these vectors.
  public var distance: Distance
  /// Several rows a point, compared by max-sim.
  public var isMultivector: Bool
  /// What a server keeps besides: without effect on points and searches.
  public var annotations: JSONObject

  /// Parameters of vectors with `size` components, single ones by default.
  public init(
    size: Int, distance: Distance, isMultivector: Bool = false, annotations: JSONObject = [:]
  ) {
    self.size = size
    self.distance = distance
    self.isMultivector = isMultivector
    self.annotations = annotations
  }
}

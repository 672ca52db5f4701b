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
  /// Parameters that mean nothing on one exact machine (shards, HNSW, quantization, …): kept as they
  /// were given and echoed.
  public var echoed: JSONObject

  /// A configuration of these vectors and indexes; a collection may have none of either.
  public init(
    sparseVectors: [ByteString: SparseVectorParameters] = [:],
    denseVectors: [ByteString: DenseVectorParameters] = [:],
    payloadIndexes: [ByteString: PayloadIndexParameters] = [:],
    echoed: JSONObject = [:]
  ) {
    self.sparseVectors = sparseVectors
    self.denseVectors = denseVectors
    self.payloadIndexes = payloadIndexes
    self.echoed = echoed
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
  /// Further parameters as given (`index`, `on_disk`, …).
  public var echoed: JSONObject

  /// By default query weights stay as they are.
  public init(modifier: Modifier = .none, echoed: JSONObject = [:]) {
    self.modifier = modifier
    self.echoed = echoed
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
  /// Further parameters as given (`hnsw_config`, `on_disk`, …), without effect.
  public var echoed: JSONObject

  /// Parameters of vectors with `size` components, single ones by default.
  public init(
    size: Int, distance: Distance, isMultivector: Bool = false, echoed: JSONObject = [:]
  ) {
    self.size = size
    self.distance = distance
    self.isMultivector = isMultivector
    self.echoed = echoed
  }
}

/// Parameters of the index of one payload key.
public struct PayloadIndexParameters: Equatable, Sendable {
  /// The type of the values that an index is for.
  public enum Kind: String, Sendable {
    /// In this order: texts as wholes, whole numbers, numbers, booleans, places, dates and times,
    /// words of texts, UUIDs.
    case keyword, integer, float, bool, geo, datetime, text, uuid
  }

  /// The type of the indexed values; others at the key are not in the index.
  public var kind: Kind
  /// The schema as given, echoed in the collection's `payload_schema`.
  public var parameters: JSONObject

  /// An index of that kind with the schema's further parameters, none by default.
  public init(kind: Kind, parameters: JSONObject = [:]) {
    self.kind = kind
    self.parameters = parameters
  }
}

/// The vectors a query compares with: fetched where they are named by id, checked against what the
/// collection stores under the name, and weighted by IDF where it says so.
struct QueryVectors {
  enum Kind: Equatable {
    case sparse(SparseVectorParameters)
    case dense(DenseVectorParameters)
  }

  let using: String
  let kind: Kind
  private let snapshot: CollectionSnapshot
  private let stage: QueryStage
  private let lookup: (String) throws(StoreError) -> CollectionSnapshot

  /// Throws `.vectorNotFound` when the collection has no vector of that name.
  init(
    snapshot: CollectionSnapshot, stage: QueryStage,
    lookup: @escaping (String) throws(StoreError) -> CollectionSnapshot
  ) throws(StoreError) {
    if let parameters = snapshot.configuration.sparseVectors[stage.using] {
      kind = .sparse(parameters)
    } else if let parameters = snapshot.configuration.denseVectors[stage.using] {
      kind = .dense(parameters)
    } else {
      throw .vectorNotFound(stage.using)
    }
    using = stage.using
    self.snapshot = snapshot
    self.stage = stage
    self.lookup = lookup
  }

  // MARK: Resolving

  /// The vector, which fits the name; as rows where the collection keeps multivectors.
  func resolve(_ input: VectorInput) throws(StoreError) -> VectorValue {
    switch input {
    case .vector(let vector): return try checked(vector)
    case .id(let id): return try checked(try stored(id))
    }
  }

  func resolve(_ inputs: [VectorInput]) throws(StoreError) -> [VectorValue] {
    var vectors: [VectorValue] = []
    for input in inputs { vectors.append(try resolve(input)) }
    return vectors
  }

  func resolve(_ pairs: [ContextPair]) throws(StoreError) -> [(VectorValue, VectorValue)] {
    var vectors: [(VectorValue, VectorValue)] = []
    for pair in pairs { vectors.append((try resolve(pair.positive), try resolve(pair.negative))) }
    return vectors
  }

  private func stored(_ id: PointID) throws(StoreError) -> VectorValue {
    let source = try stage.lookupFrom.map(\.collection).map(lookup) ?? snapshot
    let name = stage.lookupFrom?.vector ?? using
    guard
      let record = try source.retrieve([id], payload: .none, vectors: .names([name])).first
    else { throw .pointNotFound(id) }
    guard let vector = record.vectors?[name] else {
      throw .pointVectorNotFound(id, name: name)
    }
    return vector
  }

  private func checked(_ vector: VectorValue) throws(StoreError) -> VectorValue {
    switch (kind, vector) {
    case (.sparse, .sparse): return vector
    case (.sparse, _): throw .invalid("Sparse vector `\(using)` needs a sparse query")
    case (.dense, .sparse): throw .invalid("Wrong usage of sparse vectors")
    case (.dense(let parameters), .dense(let components)):
      let row = try checked(components, parameters)
      return parameters.isMultivector ? .multiDense([row]) : .dense(row)
    case (.dense(let parameters), .multiDense(let rows)):
      guard parameters.isMultivector else {
        throw .invalid("Multivector given for vector `\(using)`, which keeps single ones")
      }
      guard !rows.isEmpty else { throw .invalid("A multivector needs at least one row") }
      var checkedRows: [[Float]] = []
      for row in rows { checkedRows.append(try checked(row, parameters)) }
      return .multiDense(checkedRows)
    }
  }

  private func checked(
    _ components: [Float], _ parameters: DenseVectorParameters
  ) throws(StoreError) -> [Float] {
    guard components.count == parameters.size else {
      throw .invalid(
        "Vector dimension error: expected dim: \(parameters.size), got \(components.count)")
    }
    guard components.allSatisfy(\.isFinite) else {
      throw .invalid("Vector components must be finite")
    }
    return components
  }

  // MARK: Weighting

  /// The vector as stored ones are compared with it: with IDF applied where the collection asks for it,
  /// normalised where the distance is cosine.
  func weighted(_ vector: VectorValue) throws(StoreError) -> VectorValue {
    guard case .sparse(let parameters) = kind, parameters.modifier == .idf,
      case .sparse(let query) = vector
    else { return normalized(vector) }
    let scope: Filter? = if case .corpus(let filter) = stage.params.idf { filter } else { nil }
    let frequencies = snapshot.inverseDocumentFrequency(
      of: query.dimensions, using: using, within: scope)
    return .sparse(frequencies.applied(to: query))
  }

  /// The vector normalised where the distance is cosine.
  func normalized(_ vector: VectorValue) -> VectorValue {
    guard case .dense(let parameters) = kind, parameters.distance == .cosine else { return vector }
    switch vector {
    case .dense(let row): return .dense(DenseSimilarity.cosineNormalized(row))
    case .multiDense(let rows):
      return .multiDense(rows.map { DenseSimilarity.cosineNormalized($0) })
    case .sparse: return vector
    }
  }

  // MARK: Comparing

  /// Whether nearest search shows distances: the smaller the closer.
  var isSmallerCloser: Bool {
    guard case .dense(let parameters) = kind else { return false }
    return DenseSimilarity.smallerIsBetter(parameters.distance)
  }

  /// The similarities of a segment's points to a vector of this name; only those of candidates, which
  /// all have one, mean anything.
  func similarities(
    to vector: VectorValue, in segment: Segment, candidates: PointMask
  ) -> [Float] {
    if case .sparse(let query) = vector, let field = segment.sparseField(using) {
      return SimilarityScan.similarities(
        to: query, in: field, candidates: candidates, for: snapshot.context)
    }
    guard case .dense(let parameters) = kind, let field = segment.denseField(using) else {
      return Array(repeating: 0, count: segment.pointCount)
    }
    let rows =
      switch vector {
      case .dense(let row): [row]
      case .multiDense(let rows): rows
      case .sparse: [[Float]]()
      }
    return SimilarityScan.similarities(
      to: rows, distance: parameters.distance, in: field, candidates: candidates,
      for: snapshot.context)
  }

  /// How alike two vectors of this name are; 0 for sparse ones that share no dimension.
  func similarity(_ left: VectorValue, _ right: VectorValue) -> Float {
    switch (kind, left, right) {
    case (_, .sparse(let left), .sparse(let right)): return Float(left.dot(right))
    case (.dense(let parameters), .dense(let left), .dense(let right)):
      return DenseSimilarity.similarity(parameters.distance, left, right)
    case (.dense(let parameters), .multiDense(let left), .multiDense(let right)):
      return DenseSimilarity.maxSimilarity(parameters.distance, left, right)
    default: return 0
    }
  }
}

extension SparseVector {
  /// The sum over the shared dimensions, ascending, in Float64.
  func dot(_ other: SparseVector) -> Double {
    var sum = 0.0
    var right = 0
    for left in 0..<count {
      while right < other.count, other.dimensions[right] < dimensions[left] { right += 1 }
      guard right < other.count else { break }
      if other.dimensions[right] == dimensions[left] {
        sum += Double(weights[left]) * Double(other.weights[right])
      }
    }
    return sum
  }
}

import SparseIndex

/// The vectors a query compares with: fetched where they are named by id, checked against what the
/// collection stores under the name, and weighted by IDF where it says so.
struct QueryVectors {
  enum Kind: Equatable {
    case sparse(SparseVectorParameters)
    case dense(DenseVectorParameters)
  }

  let using: String
  let kind: Kind
  private let view: CollectionView
  private let stage: QueryStage
  private let lookup: (String) throws(StoreError) -> CollectionView
  /// The vectors fetched so far: an id that is repeated does not lend another copy.
  private let resolved = Resolved()

  private final class Resolved {
    var vectors: [PointID: VectorValue] = [:]
  }

  /// Throws `.vectorNotFound` when the collection has no vector of that name.
  init(
    view: CollectionView, stage: QueryStage,
    lookup: @escaping (String) throws(StoreError) -> CollectionView
  ) throws(StoreError) {
    if let parameters = view.configuration.sparseVectors[stage.using] {
      kind = .sparse(parameters)
    } else if let parameters = view.configuration.denseVectors[stage.using] {
      kind = .dense(parameters)
    } else {
      throw .vectorNotFound(stage.using)
    }
    using = stage.using
    self.view = view
    self.stage = stage
    self.lookup = lookup
  }

  // MARK: Resolving

  /// The vector, which fits the name; as rows where the collection keeps multivectors.
  func resolve(_ input: VectorInput) throws(StoreError) -> VectorValue {
    switch input {
    case .vector(let vector): return try checked(vector)
    case .id(let id):
      if let vector = resolved.vectors[id] { return vector }
      let vector = try checked(try stored(id))
      resolved.vectors[id] = vector
      return vector
    }
  }

  func resolve(_ inputs: [VectorInput]) throws(StoreError) -> [VectorValue] {
    var vectors: [VectorValue] = []
    var meter = WorkMeter(view.context)
    // The list is copied and weighted.
    view.context.take(inputs.count * 4 * MemoryLayout<VectorValue>.stride)
    for input in inputs {
      if meter.isOver(after: 64) { break }
      vectors.append(try resolve(input))
    }
    try view.checkContext()
    return vectors
  }

  func resolve(_ pairs: [ContextPair]) throws(StoreError) -> [(VectorValue, VectorValue)] {
    let positive = try resolve(pairs.map(\.positive))
    let negative = try resolve(pairs.map(\.negative))
    return Array(zip(positive, negative))
  }

  private func stored(_ id: PointID) throws(StoreError) -> VectorValue {
    let source = try stage.lookupFrom.map(\.collection).map(lookup) ?? view
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
    case (.sparse, _): throw .invalidQuery(.denseQueryForSparseVector(using))
    case (.dense, .sparse): throw .invalidQuery(.sparseQueryForDenseVector(using))
    case (.dense(let parameters), .dense(let components)):
      let row = try checked(components, parameters)
      return parameters.isMultivector ? .multiDense([row]) : .dense(row)
    case (.dense(let parameters), .multiDense(let rows)):
      guard parameters.isMultivector else {
        throw .invalid("the query is a multivector, and the vector '\(using)' is not")
      }
      guard !rows.isEmpty else { throw .invalid("a multivector needs at least one row") }
      var checkedRows: [[Float]] = []
      for row in rows { checkedRows.append(try checked(row, parameters)) }
      return .multiDense(checkedRows)
    }
  }

  private func checked(
    _ components: [Float], _ parameters: DenseVectorParameters
  ) throws(StoreError) -> [Float] {
    try BatchValidation.check(components, size: parameters.size)
    return components
  }

  // MARK: Weighting

  /// The vector as stored ones are compared with it: with IDF applied where the collection asks for it,
  /// normalised where the distance is cosine.
  func weighted(_ vector: VectorValue) throws(StoreError) -> VectorValue {
    try weighted([vector])[0]
  }

  /// The same of several: frequencies are counted once for all of them.
  func weighted(_ vectors: [VectorValue]) throws(StoreError) -> [VectorValue] {
    guard case .sparse(let parameters) = kind, parameters.modifier == .idf else {
      return vectors.map(normalized)
    }
    let scope: Filter? = if case .corpus(let filter) = stage.idf { filter } else { nil }
    var dimensions: Set<UInt32> = []
    for case .sparse(let vector) in vectors { dimensions.formUnion(vector.dimensions) }
    let frequencies = view.inverseDocumentFrequency(
      of: Array(dimensions), using: using, within: scope)
    try view.checkContext()
    return vectors.map { vector in
      if case .sparse(let query) = vector {
        .sparse(frequencies.applied(to: query))
      } else {
        vector
      }
    }
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

  /// The similarities of a window of a segment's points to a vector of this name; only those of
  /// candidates, which all have one, mean anything.
  func similarities(
    to vector: VectorValue, in segment: Segment, candidates: PointMask, window: Range<Int>
  ) -> [Float] {
    if case .sparse(let query) = vector, let sections = segment.sparseSections(using) {
      return SimilarityScan.similarities(
        to: query, in: sections, candidates: candidates, window: window, for: view.context)
    }
    guard case .dense(let parameters) = kind, let sections = segment.denseSections(using) else {
      return Array(repeating: 0, count: window.count)
    }
    let rows =
      switch vector {
      case .dense(let row): [row]
      case .multiDense(let rows): rows
      case .sparse: [[Float]]()
      }
    return SimilarityScan.similarities(
      to: rows, distance: parameters.distance, in: sections, candidates: candidates,
      window: window, for: view.context)
  }

  /// How alike two vectors of this name are; 0 for sparse ones that share no dimension.
  /// - Parameter meter: asked for the time that it takes.
  func similarity(
    _ left: VectorValue, _ right: VectorValue, _ meter: inout WorkMeter
  ) -> Float {
    if meter.isOver(after: 16 + (left.componentCount + right.componentCount) / 4) { return 0 }
    switch (kind, left, right) {
    case (_, .sparse(let left), .sparse(let right)):
      return Float(saturating: left.dot(right))
    case (.dense(let parameters), .dense(let left), .dense(let right)):
      return DenseSimilarity.similarity(parameters.distance, left, right)
    case (.dense(let parameters), .multiDense(let left), .multiDense(let right)):
      return DenseSimilarity.maxSimilarity(
        parameters.distance, left, right, for: view.context)
    default: return 0
    }
  }
}

extension VectorValue {
  fileprivate var componentCount: Int {
    switch self {
    case .sparse(let vector): vector.count
    case .dense(let row): row.count
    case .multiDense(let rows): rows.count * (rows.first?.count ?? 0)
    }
  }
}

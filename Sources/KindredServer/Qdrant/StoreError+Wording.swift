import Kindred

extension StoreError {
  /// The error in Qdrant's words where its clients match on them, else in the library's.
  var qdrantDescription: String {
    switch self {
    case .collectionNotFound(let name): "Collection `\(name)` doesn't exist!"
    case .collectionExists(let name): "Collection `\(name)` already exists!"
    case .aliasNotFound(let name): "Alias \(name) does not exists!"
    case .aliasExists(let name):
      "Can't create collection with name \(name). Alias with the same name already exists"
    case .pointNotFound(let id): "No point with id \(id) found"
    case .pointVectorNotFound(let id, let name):
      "Vector with name `\(name)` for point \(id) not found"
    case .lookupVectorNotFound(let name, let collection):
      "Vector with name `\(name)` not found in collection `\(collection)`"
    case .vectorNotFound(let name): "Not existing vector name error: \(name)"
    case .archiveNotFound(let name): "Snapshot `\(name)` doesn't exist!"
    case .archiveChecksumMismatch(let expected, let found):
      "Snapshot checksum mismatch: expected \(expected), got \(found)"
    case .archiveMismatch(let collection, let archive):
      "Snapshot is not compatible with existing collection: Collection vectors: \(collection), "
        + "Snapshot vectors: \(archive)"
    case .invalidQuery(let mistake): mistake.qdrantDescription
    case .vectorSize(let expected, let found):
      "Vector dimension error: expected dim: \(expected), got \(found)"
    case .vectorKind: "Conversion between sparse and regular vectors failed"
    case .multivector: "Conversion between multi and regular vectors failed"
    case .indexNotFound(let key, .ordering):
      "No range index for `order_by` key: `\(key)`. Please create one to use `order_by`. "
        + "Integer (with range), float and datetime indexes support it."
    case .indexNotFound(let key, .facets):
      "No appropriate index for faceting: `\(key)`. Please create one to facet on this field. "
        + "Keyword, integer (with lookup), bool and uuid indexes support it."
    case .itemModelNotFound(let name):
      "collection `\(name)` has no item model: make one with PUT /collections/\(name)/item-model/items"
    default: description
    }
  }
}

extension QueryMistake {
  fileprivate var qdrantDescription: String {
    switch self {
    case .prefetchesWithoutQuery:
      "A query is needed to merge the prefetches. Can't have prefetches without defining a query."
    case .scoreThresholdWithoutQuery:
      "A query is needed to use the score_threshold. "
        + "Can't have score_threshold without defining a query."
    case .scoreThresholdWithOrder: "Can't use score_threshold with an order_by query."
    case .fusionWithoutPrefetches: "cannot apply Fusion without prefetches"
    case .formulaWithoutPrefetches: "cannot apply Formula without prefetches"
    case .fusionWithVectorName: "Fusion queries cannot be combined with the 'using' field."
    case .prefetchDepth(let depth, let max): "prefetches depth \(depth) exceeds max depth \(max)"
    case .fusionWeightCount(let count, let prefetchCount):
      "RRF weights length (\(count)) must match the number of prefetches (\(prefetchCount))"
    case .emptyContext: "No context pairs given"
    case .noExamples: "At least one positive or negative vector ID required with this strategy"
    case .noPositiveExamples: "At least one positive vector ID required with this strategy"
    case .examplesOfSeveralKinds:
      "Positive and negative vectors should be all of one kind: dense, sparse or multivectors"
    case .denseQueryForSparseVector(let name): "Sparse vector `\(name)` needs a sparse query"
    case .sparseQueryForDenseVector: "Wrong usage of sparse vectors"
    case .inverseDocumentFrequency(let name):
      "search param `idf` requires a sparse vector with the `idf` modifier, which vector "
        + "`\(name)` does not have"
    case .linearDecayMidpoint(let midpoint):
      "Linear decay midpoint should be in the range [0.0, 1.0], got \(midpoint)."
    case .decayMidpoint(let midpoint):
      "Decay midpoint should be in the range (0.0, 1.0), got \(midpoint)."
    case .decayScale(let scale): "Decay scale should be non-zero positive, got \(scale)."
    case .formulaValueMissing(let path, let type):
      Self.formulaValue(path, type, "No value found in a payload nor defaults")
    case .formulaValueType(let path, let type):
      Self.formulaValue(path, type, "Value is not a \(type)")
    case .formulaResult(let expression):
      "The expression \(expression) produced a non-finite number"
    }
  }

  private static func formulaValue(_ path: String, _ type: String, _ reason: String) -> String {
    "Expected \(type) value for \(path) in the payload and/or in the formula defaults. "
      + "Error: \(reason)"
  }
}

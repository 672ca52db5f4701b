/// A request for points that contradicts itself, or does not fit the collection.
public enum QueryMistake: Equatable, Sendable {
  /// There are prefetches and no query that works on them.
  case prefetchesWithoutQuery
  /// There is a score threshold and no query that gives scores.
  case scoreThresholdWithoutQuery
  /// There is a score threshold, and the query orders by a payload value.
  case scoreThresholdWithOrder
  /// A fusion has nothing to merge.
  case fusionWithoutPrefetches
  /// A formula has no points to rank.
  case formulaWithoutPrefetches
  /// A fusion compares ranks, so a vector name means nothing to it.
  case fusionWithVectorName
  /// Prefetches are nested deeper than `max` levels; the first number is their depth.
  case prefetchDepth(Int, max: Int)
  /// Weights of a reciprocal rank fusion, of which every prefetch needs one.
  case fusionWeightCount(Int, prefetchCount: Int)
  /// A context query has no pairs.
  case emptyContext
  /// Neither a positive nor a negative example is given.
  case noExamples
  /// The average of no positive examples was asked for.
  case noPositiveExamples
  /// Examples are not all sparse, all dense or all multivectors.
  case examplesOfSeveralKinds
  /// A sparse query for a vector that is dense.
  case sparseQueryForDenseVector(String)
  /// A dense query for a vector that is sparse.
  case denseQueryForSparseVector(String)
  /// Weighting by document frequency needs a sparse vector with that modifier.
  case inverseDocumentFrequency(vector: String)
  /// The midpoint of a linear decay is not from 0 to 1.
  case linearDecayMidpoint(Float)
  /// The midpoint of another decay is not between 0 and 1.
  case decayMidpoint(Float)
  /// The scale of a decay is not above 0.
  case decayScale(Float)
  /// Neither a point's payload nor the defaults have a value for a formula's variable.
  case formulaValueMissing(path: String, type: String)
  /// The value of a formula's variable is of another type than the formula needs there.
  case formulaValueType(path: String, type: String)
  /// A step of a formula has a result that is not finite, such as √−1; it is shown as text.
  case formulaResult(expression: String)
}

extension QueryMistake: CustomStringConvertible {
  public var description: String {
    switch self {
    case .prefetchesWithoutQuery: "prefetches need a query that merges them"
    case .scoreThresholdWithoutQuery: "a score threshold needs a query that gives scores"
    case .scoreThresholdWithOrder: "a query that orders by a payload key has no scores to threshold"
    case .fusionWithoutPrefetches: "a fusion needs prefetches"
    case .formulaWithoutPrefetches: "a formula needs prefetches"
    case .fusionWithVectorName: "a fusion takes no vector name"
    case .prefetchDepth(let depth, let max):
      "the prefetches are nested \(depth) levels deep, and \(max) is the maximum"
    case .fusionWeightCount(let count, let prefetchCount):
      "the fusion has \(count) weights for \(prefetchCount) prefetches"
    case .emptyContext: "the context has no pairs"
    case .noExamples: "the strategy needs a positive or a negative example"
    case .noPositiveExamples: "the strategy needs a positive example"
    case .examplesOfSeveralKinds:
      "examples must be of one kind: all sparse, all dense or all multivectors"
    case .sparseQueryForDenseVector(let name):
      "the vector '\(name)' is dense, and the query is sparse"
    case .denseQueryForSparseVector(let name):
      "the vector '\(name)' is sparse, and the query is not"
    case .inverseDocumentFrequency(let name):
      "'idf' needs a sparse vector with the modifier 'idf', which '\(name)' is not"
    case .linearDecayMidpoint(let midpoint):
      "the midpoint of a linear decay must be from 0 to 1, not \(midpoint)"
    case .decayMidpoint(let midpoint):
      "the midpoint of a decay must be above 0 and below 1, not \(midpoint)"
    case .decayScale(let scale): "the scale of a decay must be above 0, not \(scale)"
    case .formulaValueMissing(let path, let type):
      "the formula needs a \(type) at \(path), and neither a payload nor the defaults have one"
    case .formulaValueType(let path, let type):
      "the formula needs a \(type) at \(path), and the value there is of another type"
    case .formulaResult(let expression): "\(expression) is not a finite number"
    }
  }
}

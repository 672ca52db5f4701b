import Kindred

/// How much a request takes of its collection's rate limit, counted as Qdrant counts it: by the
/// work and not by the request.
///
/// - Reading points by id takes one for each id.
/// - Scrolling, counting and facets take 1, and one for each condition of the filter.
/// - A search takes one for each query vector (a sparse one for each 64 dimensions, begun ones
///   included; a multivector for each row), and one for each condition. Prefetches take what they would
///   as searches of their own; what merges them takes nothing.
/// - Writes take one for each point they touch, at least 1 for each operation.
extension Filter {
  var rateCost: Int { FilterCost(self).conditionCount }
}

extension QueryRequest {
  var rateCost: Int { stage.rateCost }
}

extension QueryStage {
  var rateCost: Int { leafCost(filter?.rateCost ?? 0) }

  /// - Parameter filterCost: of its filter and of those around it, which hold here too.
  private func leafCost(_ filterCost: Int) -> Int {
    guard !prefetch.isEmpty else { return (query?.rateCost ?? 1) + filterCost }
    return prefetch.reduce(0) { $0 + $1.leafCost(filterCost + ($1.filter?.rateCost ?? 0)) }
  }
}

extension FacetRequest {
  var rateCost: Int { 1 + (filter?.rateCost ?? 0) }
}

extension DistanceMatrixRequest {
  /// One search for each point that is drawn.
  var rateCost: Int { 1 + (filter?.rateCost ?? 0) + min(sample, 1 << 32) }
}

extension Query {
  fileprivate var rateCost: Int {
    switch self {
    case .nearest(let input, _): input.rateCost
    case .byExample(let input) where input.strategy == .averageVector:
      // They become one vector.
      (input.positive + input.negative).map(\.rateCost).max() ?? 1
    case .byExample(let input): cost(input.positive + input.negative)
    case .discover(let input):
      input.target.rateCost + cost(input.context.flatMap { [$0.positive, $0.negative] })
    case .context(let pairs): cost(pairs.flatMap { [$0.positive, $0.negative] })
    case .relevanceFeedback(let input):
      input.target.rateCost + cost(input.feedback.map(\.example))
    case .orderBy, .sample, .text, .fusion, .formula: 1
    }
  }

  private func cost(_ inputs: [VectorInput]) -> Int { inputs.reduce(0) { $0 + $1.rateCost } }
}

extension VectorInput {
  fileprivate var rateCost: Int {
    switch self {
    case .id, .vector(.dense): 1
    case .vector(.sparse(let vector)): (vector.count + 63) / 64
    case .vector(.multiDense(let rows)): rows.count
    }
  }
}

extension PointUpdate {
  /// - Throws: when counting the points that pass its filter takes too long.
  func rateCost(in collection: CollectionView) throws(StoreError) -> Int {
    let count =
      switch self {
      case .upsert(let body): body.points.count
      case .updateVectors(let updates, _): updates.count
      default:
        switch selection {
        case .ids(let ids)?: ids.count
        case .filter(let filter)?: try collection.count(filter)
        case nil: 1
        }
      }
    return max(1, count)
  }
}

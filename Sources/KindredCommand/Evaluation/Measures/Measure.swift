/// A measure of the lists that a method gives.
package enum Measure: String, CaseIterable, Sendable {
  case ndcg10 = "ndcg@10"
  case ndcg100 = "ndcg@100"
  case recall20 = "recall@20"
  case recall50 = "recall@50"
  case averagePrecision = "map"
  case reciprocalRank = "mrr"
  case coverage
  case novelty
  case popularShare = "popular_share"
  case diversity

  /// The heading of a column.
  package var heading: String {
    switch self {
    case .ndcg10: "NDCG@10"
    case .ndcg100: "NDCG@100"
    case .recall20: "Recall@20"
    case .recall50: "Recall@50"
    case .averagePrecision: "MAP"
    case .reciprocalRank: "MRR"
    case .coverage: "coverage"
    case .novelty: "novelty"
    case .popularShare: "popular"
    case .diversity: "diversity"
    }
  }

  /// Measures of how well a method finds what people like.
  package static let ofAccuracy: [Measure] = [
    .ndcg10, .ndcg100, .recall20, .recall50, .averagePrecision, .reciprocalRank,
  ]

  /// Measures of the lists themselves, over the first ten items of each.
  package static let ofLists: [Measure] = [.coverage, .novelty, .popularShare, .diversity]
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One person's recommendations, best first, held against what the person turned out to like. Gains are
/// 0 and 1. An empty list, or one that ends early, counts as one that goes on with misses.
package struct RankedList: Sendable {
  /// Ranks of the hits from 0, ascending.
  private let hits: [Int]
  private let relevantCount: Int

  /// The number of items asked for; no rank behind it is looked at.
  package static let depth = 100

  /// - Parameters:
  ///   - items: without repetition.
  ///   - relevant: not empty.
  package init(_ items: [UInt32], relevant: Set<UInt32>) {
    precondition(!relevant.isEmpty, "nothing to be found")
    hits = items.prefix(Self.depth).indices.filter { relevant.contains(items[$0]) }
    relevantCount = relevant.count
  }

  /// Normalized discounted cumulative gain of the first `count`: Σ 1 / log₂(rank + 1) over the hits,
  /// ranks from 1, divided by what the best list would have (Järvelin and Kekäläinen 2002).
  package func ndcg(at count: Int) -> Double {
    let gain = hits.prefix { $0 < count }.reduce(0.0) { $0 + Self.discount($1) }
    let ideal = (0..<min(count, relevantCount)).reduce(0.0) { $0 + Self.discount($1) }
    return gain / ideal
  }

  /// The share of what is relevant that is among the first `count`.
  package func recall(at count: Int) -> Double {
    Double(hits.prefix { $0 < count }.count) / Double(relevantCount)
  }

  /// The mean of the precisions at each hit; what was not found counts 0. With more that is relevant
  /// than the list is deep, a list of hits only has 1.
  package var averagePrecision: Double {
    var sum = 0.0
    for (index, rank) in hits.enumerated() { sum += Double(index + 1) / Double(rank + 1) }
    return sum / Double(min(relevantCount, Self.depth))
  }

  /// 1 / the rank of the first hit; 0 without one.
  package var reciprocalRank: Double { hits.first.map { 1 / Double($0 + 1) } ?? 0 }

  private static let discounts = (0..<depth).map { 1 / log2(Double($0 + 2)) }

  private static func discount(_ rank: Int) -> Double { discounts[rank] }
}

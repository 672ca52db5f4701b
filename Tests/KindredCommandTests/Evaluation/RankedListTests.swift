import KindredCommand
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct RankedListTests {
  @Test func `hits count by their ranks`() {
    // Hits at the ranks 1, 3 and 6 of a list of six; a fourth is not found.
    let list = RankedList([7, 1, 8, 2, 3, 9], relevant: [7, 8, 9, 100])
    let discounts = [1, 3, 6, 2, 3, 4].map { rank -> Double in 1 / log2(Double(rank + 1)) }
    let gain = discounts[0] + discounts[1] + discounts[2]
    let ideal = discounts[0] + discounts[3] + discounts[4] + discounts[5]
    #expect(list.ndcg(at: 10).isNear(gain / ideal))
    #expect(list.ndcg(at: 2).isNear(discounts[0] / (discounts[0] + discounts[3])))
    #expect(list.recall(at: 20) == 0.75)
    #expect(list.recall(at: 3) == 0.5)
    let precisions: [Double] = [1, 2.0 / 3, 3.0 / 6]
    #expect(list.averagePrecision.isNear(precisions.reduce(0, +) / 4))
    #expect(list.reciprocalRank == 1)
    #expect(RankedList([1, 2, 7], relevant: [7]).reciprocalRank.isNear(1.0 / 3))
  }

  @Test func `an empty list is one of misses`() {
    let list = RankedList([], relevant: [1])
    #expect(list.ndcg(at: 10) == 0)
    #expect(list.recall(at: 20) == 0)
    #expect(list.averagePrecision == 0)
    #expect(list.reciprocalRank == 0)
  }

  @Test func `the best list has 1, also where more is relevant than it can hold`() {
    for count in [1, 5, 10, 11, 100, 250] {
      let items = (0..<UInt32(count)).map { $0 }
      let list = RankedList(items, relevant: Set(items))
      #expect(list.ndcg(at: 10).isNear(1))
      #expect(list.ndcg(at: 100).isNear(1))
      #expect(list.averagePrecision.isNear(1))
      #expect(list.recall(at: 50).isNear(min(1, 50 / Double(count))))
    }
  }

  @Test func `nothing is looked at behind the hundredth rank`() {
    let items = (0..<UInt32(150)).map { $0 }
    let list = RankedList(items, relevant: [120])
    #expect(list.ndcg(at: 100) == 0)
    #expect(list.averagePrecision == 0)
    #expect(list.reciprocalRank == 0)
  }

  /// Against sums written down as the definitions say, over random lists.
  @Test(arguments: [UInt64(1), 2, 3]) func `all measures are their definitions`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let items = (0..<UInt32(200)).shuffled(using: &random).prefix(
        Int.random(in: 0...120, using: &random))
      let relevant = Set(
        (0..<UInt32(200)).shuffled(using: &random).prefix(Int.random(in: 1...130, using: &random)))
      let isHit = items.prefix(100).map { relevant.contains($0) }
      let list = RankedList(Array(items), relevant: relevant)
      for depth in [10, 100] {
        var (gain, ideal) = (0.0, 0.0)
        for rank in 1...depth {
          if rank <= isHit.count, isHit[rank - 1] { gain += 1 / log2(Double(rank) + 1) }
          if rank <= relevant.count { ideal += 1 / log2(Double(rank) + 1) }
        }
        #expect(list.ndcg(at: depth).isNear(gain / ideal))
      }
      for depth in [20, 50] {
        let found = isHit.prefix(depth).count { $0 }
        #expect(list.recall(at: depth).isNear(Double(found) / Double(relevant.count)))
      }
      var precisions = 0.0
      for rank in isHit.indices where isHit[rank] {
        precisions += Double(isHit[...rank].count { $0 }) / Double(rank + 1)
      }
      #expect(list.averagePrecision.isNear(precisions / Double(min(relevant.count, 100))))
      let first = isHit.firstIndex(of: true)
      #expect(list.reciprocalRank.isNear(first.map { 1 / Double($0 + 1) } ?? 0))
    }
  }
}

extension Double {
  func isNear(_ other: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(self - other) <= tolerance
  }
}

import SparseIndex
import TestSupport
import Testing

@Suite struct RankTableTests {
  private static func table(_ dimensions: [UInt32]) -> RankTable? {
    RankTable(count: dimensions.count) { dimensions[$0] }
  }

  @Test(arguments: [1, 2, 3, 17])
  func `every dimension has its rank, and no other number has one`(distance: UInt32) throws {
    var random = SeededGenerator(seed: UInt64(distance))
    var dimensions: [UInt32] = []
    var next: UInt32 = 0
    for _ in 0..<3000 {
      next += UInt32.random(in: 1...distance * 2 - 1, using: &random)
      dimensions.append(next)
    }
    let table = Self.table(dimensions)
    // Words of 64 numbers for a quarter of the dimensions.
    guard distance < 16 else {
      #expect(table == nil)
      return
    }
    let ranks: [UInt32: Int] = Dictionary(
      uniqueKeysWithValues: zip(dimensions, dimensions.indices))
    let found = try #require(table)
    for number in 0..<next + 200 { #expect(found.rank(of: number) == ranks[number]) }
    let others: [UInt32] = [.max, .max - 1, 1 << 31]
    for number in others { #expect(found.rank(of: number) == nil) }
  }

  @Test func `dimensions that lie far apart, are few, or do not ascend have no table`() {
    #expect(Self.table([]) == nil)
    #expect(Self.table([0, 1, 2]) == nil)
    #expect(Self.table((0..<100).map { $0 * 1000 }) == nil)
    #expect(Self.table(Array(0..<100) + [.max]) == nil)
    #expect(Self.table((0..<100).reversed()) == nil)
    #expect(Self.table([0, 1, 1] + Array(2..<100)) == nil)
    // Damage: what comes before the last is greater.
    #expect(Self.table([0, 4_000_000_000] + Array(2..<100)) == nil)
    #expect(Self.table(Array(0..<100)) != nil)
  }
}

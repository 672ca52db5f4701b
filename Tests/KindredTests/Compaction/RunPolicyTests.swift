import Kindred
import TestSupport
import Testing

@Suite struct RunPolicyTests {
  @Test func `eight runs of a tier are merged, with the smaller ones`() {
    let small = Array(repeating: 1_000, count: 7)
    #expect(RunPolicy.fullTier(small) == nil)
    #expect(RunPolicy.fullTier(small + [1_000]) == 32 << 10)
    #expect(RunPolicy.fullTier(small + Array(repeating: 100_000, count: 8)) == 256 << 10)
    #expect(RunPolicy.fullTier(Array(repeating: 17 << 20, count: 30)) == nil)
    #expect(RunPolicy.fullTier(Array(repeating: 100_000, count: 8), upTo: 32 << 10) == nil)
  }

  @Test func `large runs wait for others of their size`() {
    #expect(RunPolicy.fullTier(Array(repeating: 1_000, count: 7) + [1 << 20]) == nil)
    #expect(RunPolicy.fullTier(Array(repeating: 100_000, count: 7) + [10 << 20, 1 << 20]) == nil)
  }

  @Test(arguments: [600, 5_000, 40_000])
  func `every byte is copied about once a tier, and there are few runs`(byteCount: Int) {
    var random = SeededGenerator(seed: UInt64(byteCount))
    var runs: [Int] = []
    var copiedByteCount = 0
    var addedByteCount = 0
    while addedByteCount < 16 << 20 {
      let run = Int.random(in: byteCount...3 * byteCount, using: &random)
      runs.append(run)
      addedByteCount += run
      while let size = RunPolicy.fullTier(runs) {
        let merged = runs.filter { $0 < size }.reduce(0, +)
        copiedByteCount += merged
        runs.removeAll { $0 < size }
        runs.append(merged)
      }
    }
    let tierCount = RunPolicy.tierByteCounts.count
    #expect(runs.count < tierCount * RunPolicy.fanIn)
    // Within the first tier runs of very different sizes are merged: up to five copies of the least.
    #expect(copiedByteCount <= addedByteCount * (tierCount + 5))
  }
}

import CSparseKernels
import TestSupport
import Testing

@Suite struct AccumulateDenseTests {
  private typealias Kernel = (
    UnsafeMutablePointer<UInt16>?, Int, UnsafePointer<UnsafePointer<UInt8>?>?, Int,
    UnsafePointer<UInt8>?, UnsafePointer<UInt64>?, UnsafeMutablePointer<UInt16>?
  ) -> Void

  private struct Input {
    var blockCount: Int
    var lists: [[UInt8]]
    var tables: [UInt8]
    var mask: [UInt64]?
    var start: [UInt16]

    func run(_ kernel: Kernel) -> (sums: [UInt16], maxima: [UInt16]) {
      var sums = start
      var maxima = [UInt16](repeating: 0, count: blockCount)
      let flat: [UInt8] = Array(lists.joined()) + [0]
      flat.withUnsafeBufferPointer { flat in
        let starts: [UnsafePointer<UInt8>?] =
          lists.indices.map { flat.baseAddress! + $0 * blockCount * 32 } + [nil]
        if let mask {
          kernel(&sums, blockCount, starts, lists.count, tables, mask, &maxima)
        } else {
          kernel(&sums, blockCount, starts, lists.count, tables, nil, &maxima)
        }
      }
      return (sums, maxima)
    }
  }

  @Test func `the shuffling kernel sums as the portable one does`() {
    var random = SeededGenerator(seed: 3)
    for blockCount in [1, 2, 7] {
      for listCount in [0, 1, 5] {
        for isMasked in [false, true] {
          let input = Input(
            blockCount: blockCount,
            lists: (0..<listCount).map { _ in random.bytes(blockCount * 32) },
            tables: random.bytes(listCount * 32 + 1),
            mask: isMasked ? (0..<blockCount).map { _ in random.next() } : nil,
            start: (0..<blockCount * 64).map { _ in UInt16.random(in: 0..<100, using: &random) })
          let fast = input.run(sparse_accumulate_dense)
          let plain = input.run(sparse_accumulate_dense_portable)
          #expect(fast.sums == plain.sums)
          #expect(fast.maxima == plain.maxima)
        }
      }
    }
  }
}

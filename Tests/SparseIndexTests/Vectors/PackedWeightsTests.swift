import SparseIndex
import TestSupport
import Testing

@Suite struct PackedWeightsTests {
  /// How many bytes the weights take; each must read back to the last bit, and its place be known.
  private func byteCount(of weights: [Float]) -> Int {
    var packed = GrowingBytes()
    packed.append(7)
    weights.withUnsafeBufferPointer { PackedWeights.append($0, to: &packed) }
    let byteCount = packed.count - 1
    var bytes = packed.bytes
    bytes += [UInt8](repeating: 0xA5, count: 8)
    bytes.withUnsafeBytes {
      let packed = PackedWeights($0.baseAddress! + 1, count: weights.count)
      #expect(packed.end(count: weights.count) == $0.baseAddress! + 1 + byteCount)
      let read = weights.indices.map { packed[$0] }
      #expect(read.map(\.bitPattern) == weights.map(\.bitPattern))
    }
    return byteCount
  }

  @Test func `weights of one sign and about one size leave out what they share`() {
    var random = SeededGenerator(seed: 1)
    for sign: Float in [1, -1] {
      let weights = (0..<100).map { _ in sign * Float.random(in: 1..<2, using: &random) }
      // 23 bits of a mantissa; those below zero and a sign.
      #expect(byteCount(of: weights) <= 6 + (100 * (sign < 0 ? 24 : 23) + 7) / 8)
    }
  }

  @Test func `weights of half precision take as much as they have bits`() {
    let weights = (0..<100).map { Float(1 + Float16($0) / 128) }
    #expect(byteCount(of: weights) == 6 + (100 * 7 + 7) / 8)
    #expect(byteCount(of: weights.map { -$0 }) == 6 + 100)
  }

  @Test func `the documented example is right`() {
    var packed = GrowingBytes()
    ([1, 1.5, 3] as [Float]).withUnsafeBufferPointer { PackedWeights.append($0, to: &packed) }
    #expect(packed.bytes == [0x02, 0x16, 0x00, 0x00, 0x80, 0x3F, 0x34])
  }

  @Test func `equal weights take no more than one`() {
    #expect(byteCount(of: Array(repeating: 0.1, count: 1_000)) == 6)
    #expect(byteCount(of: []) == 0)
  }

  @Test func `what does not shrink takes one byte more`() {
    var random = SeededGenerator(seed: 2)
    #expect(byteCount(of: [3.25]) == 5)
    for count in 1...200 {
      let weights = (0..<count).map { _ in
        Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
      }
      #expect(byteCount(of: weights) <= 1 + 4 * count)
    }
  }

  @Test func `every bit is kept, at both ends of what there is`() {
    let extremes: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 1 + .ulpOfOne,
    ]
    for length in 1...extremes.count {
      for first in 0...extremes.count - length {
        _ = byteCount(of: Array(extremes[first..<first + length]))
        _ = byteCount(
          of: Array(repeating: Array(extremes[first..<first + length]), count: 9).flatMap { $0 })
      }
    }
  }
}

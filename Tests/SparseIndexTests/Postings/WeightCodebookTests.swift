import SparseIndex
import TestSupport
import Testing

@Suite struct WeightCodebookTests {
  @Test(
    arguments: [[-3.5, 2.0], [0.0, 3.0], [0.01, 3.5], [-4.0, -0.5], [-4.0, 0.0]] as [[Float]])
  func `coders find the codes of the codebook, whose intervals hold the weights`(range: [Float]) {
    var random = SeededGenerator(seed: 3)
    let weights =
      range + [range[0] / 1e20, range[1] / 1e20]
      + (0..<2_000).map { _ in Float.random(in: range[0]...range[1], using: &random) }
    let codebook = WeightCodebook(
      covering: Set(weights.map(\.bitPattern)), least: weights.min()!, greatest: weights.max()!)
    #expect(!codebook.isExact)
    var coder = WeightCoder(codebook)
    let coded = weights + (weights.contains { $0 == 0 } ? [0.0, -0.0] : [])
    let codes = [UInt8](unsafeUninitializedCapacity: coded.count) { buffer, count in
      coder.codes(of: coded, into: buffer.baseAddress!)
      count = coded.count
    }
    for (weight, code) in zip(coded, codes) {
      #expect(code == codebook.code(of: weight), "\(weight)")
      #expect(codebook.lower[Int(code)] <= weight && weight <= codebook.upper[Int(code)])
    }
  }
}

import SparseIndex
import TestSupport
import Testing

@Suite struct WeightHistogramTests {
  private typealias Bin = WeightHistogram.Bin

  private static let extremes: [Float] = [
    0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e30, 1e9,
  ]

  @Test func `whole numbers and halves have a bin each, ascending`() {
    var histogram = WeightHistogram()
    let weights: [Float] = (-200...200).map { Float($0) / 2 } + [4095, 4096, -4095]
    for weight in weights.reversed() { histogram.add(weight, count: 3) }
    #expect(histogram.bins == weights.sorted().map { Bin(weight: $0, count: 3) })
  }

  @Test(arguments: 0..<8) func `of parts, added, it is that of the whole without what is gone`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let weights = (0..<5000).map { _ -> Float in
      switch Int.random(in: 0..<3, using: &random) {
      case 0: Self.extremes.randomElement(using: &random)!
      case 1: Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000, using: &random))
      default: -Float.random(in: 0..<100, using: &random)
      }
    }
    var whole = WeightHistogram()
    for weight in weights.dropFirst(1000) { whole.add(weight) }
    var merged = WeightHistogram()
    for weight in weights.prefix(1000) { merged.add(weight, count: -1) }
    for part in [weights[..<300], weights[300..<4000], weights[4000...]] {
      var histogram = WeightHistogram()
      for weight in part { histogram.add(weight) }
      for bin in histogram.bins { merged.add(bin.weight, count: bin.count) }
    }
    let bins = merged.bins
    #expect(bins == whole.bins, "seed \(seed)")
    #expect(bins.reduce(0) { $0 + $1.count } == 4000)
    #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.weight < $1.weight })
  }

  @Test func `weights of a bin are closer together than its width`() {
    for weight in Self.extremes where weight != 0 {
      var histogram = WeightHistogram()
      histogram.add(weight)
      let distance = abs(Double(histogram.bins[0].weight) - Double(weight))
      #expect(distance < WeightHistogram.binWidth(at: weight.magnitude), "\(weight)")
    }
  }
}

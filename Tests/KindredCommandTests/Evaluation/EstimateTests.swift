import KindredCommand
import TestSupport
import Testing

struct EstimateTests {
  @Test func `a mean has the interval of Student's t`() throws {
    let estimate = try #require(Estimate.mean(of: [1, 2, 3, 4], people: [0, 1, 2, 3]))
    // Deviation 1.29099, by √4, times 3.1824.
    #expect(estimate.value == 2.5)
    #expect(try #require(estimate.margin).isNear(1.290_994 / 2 * 3.1824, within: 1e-5))
  }

  @Test func `one person has no interval, and nobody no mean`() {
    #expect(Estimate.mean(of: [3], people: [7]) == Estimate(value: 3, margin: nil))
    #expect(Estimate.mean(of: [3, 4], people: [7, 7]) == Estimate(value: 3.5, margin: nil))
    #expect(Estimate.mean(of: [nil, nil], people: [1, 2]) == nil)
    #expect(Estimate.mean(of: [], people: []) == nil)
  }

  @Test func `asking the same people twice makes nothing more certain`() throws {
    let values = [0.1, 0.5, 0.2, 0.9, 0.4]
    let once = try #require(Estimate.mean(of: values, people: Array(0..<5)))
    let twice = try #require(
      Estimate.mean(of: values + values, people: Array(0..<5) + Array(0..<5)))
    #expect(twice.value.isNear(once.value))
    #expect(try #require(twice.margin).isNear(#require(once.margin)))
  }

  @Test func `what is hard for both falls out of a difference`() throws {
    let base = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    let better = base.map { $0 + 0.1 }
    let people = Array(base.indices)
    let difference = try #require(
      Estimate.meanDifference(of: better, to: base, people: people))
    #expect(difference.value.isNear(0.1))
    #expect(try #require(difference.margin) < 1e-9)
    let mean = try #require(Estimate.mean(of: better, people: people))
    #expect(try #require(mean.margin) > 0.3)
    // A person with only one of the two values says nothing about the difference.
    let partial = try #require(
      Estimate.meanDifference(of: [1, nil, 3], to: [0, 5, nil], people: [1, 2, 3]))
    #expect(partial == Estimate(value: 1, margin: nil))
  }

  @Test func `quantiles are those of tables`() {
    for (degrees, quantile) in [
      (1, 12.7062), (2, 4.3027), (6, 2.4469), (7, 2.3646), (10, 2.2281), (30, 2.0423),
      (100, 1.9840), (100_000, 1.9600),
    ] {
      let found = StudentT.quantile975(degreesOfFreedom: degrees)
      #expect(found.isNear(quantile, within: 0.001), "\(degrees): \(found)")
    }
  }

  /// 95 % of the intervals of 95 % must contain the truth.
  @Test func `intervals cover the truth as often as they say`() throws {
    var random = SeededGenerator(seed: 5)
    for count in [5, 40] {
      var coveredCount = 0
      for _ in 0..<4000 {
        // Sums of twelve are about normal, with the mean 6.
        let values = (0..<count).map { _ in
          (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        }
        let estimate = try #require(Estimate.mean(of: values, people: Array(0..<count)))
        if abs(estimate.value - 6) <= (try #require(estimate.margin)) { coveredCount += 1 }
      }
      #expect((0.935...0.965).contains(Double(coveredCount) / 4000), "\(count): \(coveredCount)")
    }
  }
}

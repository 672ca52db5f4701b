/// A figure over the people held out, and how far another draw of people might move it.
package struct Estimate: Equatable, Sendable {
  package var value: Double
  /// Half of the 95 % interval; nil where a single person has been asked.
  package var margin: Double?

  package init(value: Double, margin: Double?) {
    self.value = value
    self.margin = margin
  }

  /// Computed from each observation's influence on the value.
  ///
  /// Observations of one person, from several draws, are not independent ones: their deviations are
  /// added up before they are squared (the cluster-robust variance of Liang and Zeger 1986), and the
  /// quantile is that of Student's t for as many people less one.
  ///
  /// - Parameters:
  ///   - deviations: sum to about 0.
  ///   - people: whose each is.
  package init(value: Double, deviations: [Double], people: [Int]) {
    precondition(deviations.count == people.count)
    self.value = value
    var sums: [Int: Double] = [:]
    for (person, deviation) in zip(people, deviations) { sums[person, default: 0] += deviation }
    guard sums.count > 1 else { return }
    let count = Double(sums.count)
    // In the order of the people, so that the sum has the same bits each time.
    let squares = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
    let error = (squares * count / (count - 1)).squareRoot()
    margin = error * StudentT.quantile975(degreesOfFreedom: sums.count - 1)
  }

  /// The mean of the observations there are.
  /// - Returns: nil where there is none.
  package static func mean(of values: [Double?], people: [Int]) -> Estimate? {
    let known = zip(values, people).compactMap { value, person in value.map { ($0, person) } }
    guard !known.isEmpty else { return nil }
    let count = Double(known.count)
    let mean = known.reduce(0) { $0 + $1.0 } / count
    return Estimate(
      value: mean, deviations: known.map { ($0.0 - mean) / count }, people: known.map(\.1))
  }

  /// The mean of the differences between two observations of the same person in the same draw: what
  /// makes a person easy or hard for every method falls out of it.
  package static func meanDifference(
    of values: [Double?], to others: [Double?], people: [Int]
  ) -> Estimate? {
    let differences = zip(values, others).map { value, other in
      value.flatMap { value in other.map { value - $0 } }
    }
    return mean(of: differences, people: people)
  }
}

/// Student's distribution.
package enum StudentT {
  /// The 0.975 quantile, within 0.001: exact for few degrees of freedom, Cornish and Fisher's expansion
  /// for more (Abramowitz and Stegun 26.7.5).
  package static func quantile975(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom > 0)
    if degreesOfFreedom <= exact.count { return exact[degreesOfFreedom - 1] }
    let (n, z) = (Double(degreesOfFreedom), 1.959_963_985)
    let z3 = z * z * z
    let z5 = z3 * z * z
    let z7 = z5 * z * z
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
      + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
  }

  private static let exact = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469]
}

/// A long test's counts, by name, and its failures.
package struct TortureReport: Sendable {
  package var counts: [String: Int] = [:]
  package var failures: [String] = []

  package init() {}

  package var caseCount: Int { counts.values.reduce(0, +) }

  package mutating func count(_ name: String, _ count: Int = 1) {
    counts[name, default: 0] += count
  }

  package static func += (left: inout TortureReport, right: TortureReport) {
    left.counts.merge(right.counts, uniquingKeysWith: +)
    left.failures += right.failures
  }

  /// Runs one part for each seed from `seed` on, `width` at a time, until `isDone` with the sum.
  package static func gather(
    from seed: UInt64 = 0, width: Int = 3, until isDone: (TortureReport) -> Bool,
    _ part: @escaping @Sendable (_ seed: UInt64) async -> TortureReport
  ) async -> TortureReport {
    await withTaskGroup(of: TortureReport.self) { group in
      var sum = TortureReport()
      var next = seed
      func begin() {
        let seed = next
        group.addTask { await part(seed) }
        next += 1
      }
      for _ in 0..<width { begin() }
      while let part = await group.next() {
        sum += part
        if !isDone(sum) { begin() }
      }
      return sum
    }
  }
}

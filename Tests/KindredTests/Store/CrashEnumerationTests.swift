import TestSupport
import Testing

@Suite struct CrashEnumerationTests {
  @Test func `a crash at any operation, of recovery too, loses nothing acknowledged`() async {
    let report = await TortureReport.gather(until: { $0.caseCount >= 20_000 }) { seed in
      await CrashEnumeration.run(.init(seed: seed))
    }
    for failure in report.failures { Issue.record("\(failure)") }
    print("crash enumeration: \(report.counts), \(report.failures.count) failures")
    #expect(report.caseCount >= 20_000)
    #expect(report.counts["recovery crashes", default: 0] > 2_000)
  }
}

import TestSupport
import Testing

@Suite struct ConcurrentChurnTests {
  @Test func `writers, readers, flushes, compactions and deletions at once`() async {
    let report = await ConcurrentChurn.run(for: .seconds(2))
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.counts.count == 4)
  }
}

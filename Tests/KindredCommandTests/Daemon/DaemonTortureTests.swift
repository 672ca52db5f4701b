import Foundation
import TestSupport
import Testing

/// The real daemon under load, killed a hundred times.
@Suite(.serialized) struct DaemonTortureTests {
  private func run(_ count: Int, _ name: String, terminations: Bool) async -> TortureReport {
    let folder = TemporaryDirectory()
    var options = DaemonTorture.Options(
      executable: KindredProcess.executable, folder: folder.path)
    if terminations { options.terminationShare = 1 }
    let report = await onThread { [options] in
      DaemonTorture.run(options) { $0.counts[name, default: 0] >= count }
    }
    print("daemon: \(report.counts)")
    return report
  }

  @Test func `a hundred kills lose nothing acknowledged and leave no batch in pieces`() async {
    let report = await run(100, "kills", terminations: false)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.counts["kills"] == 100)
    #expect(report.counts["acknowledged batches", default: 0] > 50)
  }

  @Test func `SIGTERM under load ends in time, with code 0 and nothing lost`() async {
    let report = await run(5, "terminations", terminations: true)
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.counts["acknowledged batches", default: 0] > 5)
  }
}

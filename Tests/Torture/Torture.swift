import ArgumentParser
import TestSupport

@main
struct Torture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torture", abstract: "Long tests of what the store promises.")

  @Option(help: "Cases of crash enumeration to run.")
  var cases: Int = 0
  @Option(help: "Cases of fault enumeration to run.")
  var faults: Int = 0

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  func run() async {
    var report = TortureReport()
    if cases > 0 {
      report += await TortureReport.gather(from: seed, until: { $0.caseCount >= cases }) { seed in
        await CrashEnumeration.run(.init(seed: seed))
      }
    }
    if faults > 0 {
      report += await TortureReport.gather(from: seed, until: { $0.caseCount >= faults }) { seed in
        let faults = FaultEnumeration.faults
        return await FaultEnumeration.run(
          seed: seed, fault: faults[Int(seed % UInt64(faults.count))])
      }
    }
    print(report.counts)
    for failure in report.failures.prefix(40) { print(failure) }
  }
}

import ArgumentParser
import Foundation
import JSONCodec
import TestSupport

/// Long runs of what the tests do in short: see docs/design/durability.md.
#if !FUZZING
  @main
#endif
struct Torture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torture",
    abstract: "Long tests of what the store promises.",
    discussion: """
      Runs what is asked for, one after the other, and exits 1 when anything was lost or wrong. \
      A failure names its seed.
      """)

  @Option(help: "Crash the simulated disk of random stores so many times.")
  var cases: Int = 0

  @Option(help: "Fail so many file operations of random stores, one a life.")
  var faults: Int = 0

  @Option(help: "Fail so many file operations of stores with twelve writers, one a life.")
  var contendedFaults: Int = 0

  @Option(help: "Damage so many bits and lengths of small data directories.")
  var damages: Int = 0

  @Option(help: "Kill a real daemon under load so many times.")
  var kill: Int = 0

  @Option(help: "Change so many points of a real daemon; half of its ends are kills.")
  var soak: Int = 0

  @Option(help: "Seconds of writers, readers, flushes, compactions and deletions at once.")
  var churn: Int = 0

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Option(help: "Begin nothing new after so many minutes.")
  var minutes: Double = .infinity

  @Option(help: "How many stores live at a time.")
  var width: Int = 2

  @Option(help: "The kindred executable; beside this one by default.")
  var kindred: String?

  @Flag(help: "Print one JSON object at the end.")
  var json = false

  func validate() throws {
    let counts = [cases, faults, contendedFaults, damages, kill, soak, churn]
    guard counts.contains(where: { $0 > 0 }) else {
      throw ValidationError(
        "nothing to do: give --cases, --faults, --contended-faults, --damages, --kill, --soak or --churn"
      )
    }
  }

  func run() async throws {
    let end = Date(timeIntervalSinceNow: minutes * 60)
    var report = TortureReport()
    let (seed, width) = (seed, width)
    report += await gather(cases, end) { seed in
      await CrashEnumeration.run(.init(seed: seed))
    }
    report += await gather(faults, end) { seed in
      let faults = FaultEnumeration.faults
      return await FaultEnumeration.run(
        seed: seed, fault: faults[Int(seed % UInt64(faults.count))])
    }
    report += await gather(contendedFaults, end) { seed in
      let faults = ContendedFaults.faults
      return await ContendedFaults.run(
        seed: seed, fault: faults[Int(seed % UInt64(faults.count))])
    }
    report += await gather(damages, end, width: 1) { seed in
      await DamageEnumeration.run(seed: seed, width: width)
    }
    if churn > 0 { report += await ConcurrentChurn.run(for: .seconds(churn)) }
    report += daemon(seed, end, count: kill, "kills") { _ in }
    report += daemon(seed, end, count: soak, "operations") {
      $0.milliseconds = 200...2000
      $0.terminationShare = 2
    }
    try finish(report)
  }

  private func gather(
    _ count: Int, _ end: Date, width: Int? = nil,
    _ part: @escaping @Sendable (UInt64) async -> TortureReport
  ) async -> TortureReport {
    guard count > 0 else { return TortureReport() }
    return await TortureReport.gather(
      from: seed, width: width ?? self.width,
      until: { report in
        show(report)
        return report.caseCount >= count || Date() >= end || report.failures.count >= 20
      }, part)
  }

  private func daemon(
    _ seed: UInt64, _ end: Date, count: Int, _ name: String,
    _ change: (inout DaemonTorture.Options) -> Void
  ) -> TortureReport {
    guard count > 0 else { return TortureReport() }
    let folder = TemporaryDirectory()
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("kindred")
    var options = DaemonTorture.Options(
      executable: kindred.map { URL(fileURLWithPath: $0) } ?? beside, folder: folder.path)
    options.seed = seed
    change(&options)
    return DaemonTorture.run(options) { report in
      show(report)
      return report.counts[name, default: 0] >= count || Date() >= end
    }
  }

  // MARK: Output

  /// One line that is written over, on a terminal only.
  private func show(_ report: TortureReport) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(line(report))".utf8))
  }

  private func line(_ report: TortureReport) -> String {
    let counts = report.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return (counts + ["\(report.failures.count) failures"]).joined(separator: ", ")
  }

  private func finish(_ report: TortureReport) throws {
    if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    if json {
      var counts = JSONObject()
      for (name, count) in report.counts.sorted(by: { $0.key < $1.key }) {
        counts[name] = .integer(Int64(count))
      }
      let object: JSONObject = [
        "counts": .object(counts), "failures": .array(report.failures.map { .string($0) }),
      ]
      print(String(decoding: object.encoded, as: UTF8.self))
    } else {
      print(line(report))
      for failure in report.failures { print(failure) }
    }
    if !report.failures.isEmpty { throw ExitCode.failure }
  }
}

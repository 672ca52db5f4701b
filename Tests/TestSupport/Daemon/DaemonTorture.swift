package import Foundation
internal import JSONCodec

/// A real daemon under load, killed and started again and again; after each start everything
/// acknowledged must be there, and what was under way whole or not at all.
package struct DaemonTorture {
  package struct Options: Sendable {
    package var executable: URL
    /// A folder for the tests alone, with the data directory and the daemon's output.
    package var folder: String
    package var seed: UInt64 = 1
    package var writerCount = 3
    /// How long the writers run between two ends.
    package var milliseconds = 2...40
    /// One in this number of ends is a SIGTERM, which must be obeyed within ten seconds; 0: none.
    package var terminationShare = 0

    package init(executable: URL, folder: String) {
      self.executable = executable
      self.folder = folder
    }
  }

  private let options: Options
  private let writers: [DaemonWriter]
  private var random: SeededGenerator
  private var report = TortureReport()

  /// Counts `kills`, `terminations`, `acknowledged batches` and `operations`.
  ///
  /// - Parameter isDone: asked after each start with what has been done.
  package static func run(
    _ options: Options, until isDone: (TortureReport) -> Bool
  ) -> TortureReport {
    var torture = DaemonTorture(options)
    do {
      while torture.report.failures.isEmpty, !isDone(torture.report) { try torture.round() }
      let daemon = try torture.start()
      try torture.compare(daemon)
      torture.terminate(daemon)
    } catch {
      torture.report.failures.append("seed \(options.seed): \(error)")
    }
    return torture.report
  }

  private init(_ options: Options) {
    self.options = options
    random = SeededGenerator(seed: options.seed)
    writers = (0..<options.writerCount).map { DaemonWriter(number: $0, seed: options.seed) }
  }

  private func start() throws -> DaemonProcess {
    try DaemonProcess(
      options.executable, directory: options.folder + "/d", logPath: options.folder + "/log")
  }

  private mutating func round() throws {
    let daemon = try start()
    if report.caseCount == 0 {
      _ = try ControlSocket(daemon.socketPath).send(
        "PUT", "/collections/c", ["sparse_vectors": ["v": [:]]])
    }
    try compare(daemon)
    let threads = DispatchGroup()
    for writer in writers {
      threads.enter()
      Thread.detachNewThread { [path = daemon.socketPath] in
        writer.run(path)
        threads.leave()
      }
    }
    Thread.sleep(
      forTimeInterval: Double(Int.random(in: options.milliseconds, using: &random)) / 1e3)
    if options.terminationShare > 0, random.oneIn(options.terminationShare) {
      terminate(daemon)
    } else {
      daemon.kill(SIGKILL)
      report.count("kills")
    }
    threads.wait()
    report.counts["acknowledged batches"] = writers.reduce(0) { $0 + $1.acknowledgedBatchCount }
    report.counts["operations"] = writers.reduce(0) { $0 + $1.operationCount }
    report.failures += writers.compactMap(\.complaint)
  }

  private mutating func terminate(_ daemon: DaemonProcess) {
    let code = daemon.kill(SIGTERM, within: 10)
    report.count("terminations")
    if code != 0 { report.failures.append("SIGTERM: \(code.map(String.init) ?? "no") exit code") }
  }

  private mutating func compare(_ daemon: DaemonProcess) throws {
    let found = try DaemonWriter.read(daemon.socketPath)
    for writer in writers {
      let own = found.filter { writer.ids.contains($0.key) }
      if own != writer.acknowledged, own != writer.possible {
        let wrong = writer.ids.filter { own[$0] != writer.acknowledged[$0] }.map {
          "\($0): \(String(describing: own[$0])), acknowledged "
            + "\(String(describing: writer.acknowledged[$0])), sent "
            + "\(String(describing: writer.possible?[$0]))"
        }
        report.failures.append("seed \(options.seed), \(report.counts): \(wrong)")
      }
      writer.settle(own)
    }
  }
}

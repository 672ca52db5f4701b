import ArgumentParser
import JSONCodec

/// `kindred top`: what the daemon is doing, again and again.
struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Watch what the daemon does: requests, latencies, log, segments, memory.",
    discussion: """
      Refreshed in place on a terminal until Ctrl-C, one line an update elsewhere. The first update \
      is of all the time since the daemon's start, each other of the time since the one before. \
      Latencies are the daemon's, found from its histograms; its answers to this command do not count.
      """)

  @Option(help: "Seconds between updates.")
  var interval = 2.0

  @Option(help: "End after this number of updates.")
  var count: Int?

  @Flag(help: "Print JSON, one line an update.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard interval >= 0.1, interval <= 86_400 else {
      throw ValidationError("--interval must be from 0.1 to 86400 seconds")
    }
    guard count ?? 1 > 0 else { throw ValidationError("--count must be 1 or more") }
  }

  func run() async throws {
    // The end of looking is what was asked for: there is nothing to say.
    Interruption.say { nil }
    try await connection.withClient { client in
      let clock = ContinuousClock()
      var earlier = (sample: MetricsSample.empty, instant: clock.now)
      var drawnCount = 0
      var number = 0
      while true {
        let later = (
          sample: MetricsSample(try await client.text("/metrics")), instant: clock.now
        )
        let seconds =
          number == 0
          ? later.sample.total("kindred_uptime_seconds") ?? 0
          : (later.instant - earlier.instant).seconds
        let figures = LiveFigures(from: earlier.sample, to: later.sample, seconds: seconds)
        let span = number == 0 ? "since its start" : "in \(Figures.duration(seconds))"
        drawnCount = show(figures, span, over: drawnCount)
        earlier = later
        number += 1
        if number == count { return }
        try await Task.sleep(for: .seconds(interval))
      }
    }
  }

  /// - Parameter drawnCount: the lines that are to be drawn over.
  /// - Returns: the lines drawn.
  private func show(_ figures: LiveFigures, _ span: String, over drawnCount: Int) -> Int {
    let terminal = Terminal.measuredOutput
    guard let width = terminal.width, !json else {
      print(json ? JSONValue.object(figures.json).description : figures.line)
      // Somebody may be waiting for it at the other end of a pipe.
      StandardOutput.flush()
      return 0
    }
    let lines = figures.lines(span: span, width: width, height: terminal.height)
    // One write: up to the first line, each line and what is left of the old one, what is below.
    let up = drawnCount > 0 ? "\u{1B}[\(drawnCount)A\r" : ""
    let text = lines.map { $0 + "\u{1B}[K\n" }.joined()
    print(up + text + "\u{1B}[J", terminator: "")
    return lines.count
  }
}

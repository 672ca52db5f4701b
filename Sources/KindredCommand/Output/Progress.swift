/// How far a long piece of work is. Pure: time comes in from outside.
package struct Progress: Equatable, Sendable {
  package var done: Int
  /// At least 1 unless there is nothing to do.
  package var total: Int
  package var elapsedSeconds: Double
  /// The name of what is counted, as in `ratings`; nil where only the share says something.
  package var unit: String?

  package init(done: Int, total: Int, elapsedSeconds: Double, unit: String?) {
    self.done = done
    self.total = total
    self.elapsedSeconds = elapsedSeconds
    self.unit = unit
  }

  package var fraction: Double {
    total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1
  }

  package var rate: Double { elapsedSeconds > 0 ? Double(done) / elapsedSeconds : 0 }

  /// Nil before there is a rate to judge by.
  package var remainingSeconds: Double? {
    rate > 0 && total >= done ? Double(total - done) / rate : nil
  }

  /// One line of at most `width` characters: a bar where there is room, then share, count, rate and
  /// remaining time, the last ones left out first.
  package func bar(width: Int, hasColor: Bool) -> String {
    let figures = [
      share, unit.map { "\(Figures.grouped(done)) \($0)" } ?? "",
      unit == nil ? "" : "\(Figures.grouped(Int(rate)))/s",
      remainingSeconds.map { "\(Figures.duration($0)) left" } ?? "",
    ]
    var text = ""
    for figure in figures where !figure.isEmpty {
      let longer = text.isEmpty ? figure : text + "  " + figure
      if longer.count > width { break }
      text = longer
    }
    let room = min(width - text.count - 3, 30)
    guard room >= 8 else { return text }
    let filled = Int((fraction * Double(room)).rounded())
    let full = String(repeating: "━", count: filled)
    let rest = String(repeating: "━", count: room - filled)
    return hasColor
      ? "\u{1B}[32m\(full)\u{1B}[90m\(rest)\u{1B}[0m  \(text)"
      : "[\(String(repeating: "#", count: filled))\(String(repeating: " ", count: room - filled))] "
        + text
  }

  /// For logs and pipes.
  package var line: String {
    let remaining = remainingSeconds.map { ", \(Figures.duration($0)) left" } ?? ""
    guard let unit else { return share + remaining }
    return "\(Figures.grouped(done)) of \(Figures.grouped(total)) \(unit), "
      + "\(Figures.grouped(Int(rate)))/s\(remaining)"
  }

  private var share: String { "\(Int(fraction * 100)) %" }
}

/// Shows progress on standard error: one line redrawn on a terminal, a plain line every few seconds
/// elsewhere.
struct ProgressDisplay: ~Copyable {
  private let terminal: Terminal
  private let isShown: Bool
  private let total: Int
  private let unit: String?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private var hasDrawn = false

  init(total: Int, unit: String?, isShown: Bool, terminal: Terminal = .standardError) {
    self.total = total
    self.unit = unit
    self.isShown = isShown
    self.terminal = terminal
    start = clock.now
    lastShown = clock.now
  }

  mutating func update(_ done: Int) {
    let now = clock.now
    let pause: Duration = terminal.width == nil ? .seconds(2) : .milliseconds(60)
    guard isShown, now - lastShown >= pause || (terminal.width != nil && !hasDrawn) else { return }
    lastShown = now
    let progress = Progress(
      done: done, total: total, elapsedSeconds: (now - start).seconds, unit: unit)
    guard let width = terminal.width else {
      printError(progress.line)
      return
    }
    // Redrawn in one write: to the line's start, the bar, erase what is left of the old one.
    printError(
      "\r\(progress.bar(width: width - 1, hasColor: terminal.hasColor))\u{1B}[K", terminator: "")
    hasDrawn = true
  }

  /// Takes the bar off the terminal.
  deinit {
    if hasDrawn { printError("\r\u{1B}[K", terminator: "") }
  }
}

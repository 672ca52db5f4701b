import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shows work of unknown duration on standard error: its name, its progress and its running time. A
/// line redrawn on a terminal, a plain line every few seconds elsewhere.
final class ActivityDisplay: Sendable {
  private struct State {
    var note = ""
    var isOver = false
    var hasDrawn = false
  }

  private let name: String
  private let terminal: Terminal
  private let start = ContinuousClock().now
  private let state = Mutex(State())

  /// - Parameter name: what goes on, as in `compacting`.
  init(_ name: String, isShown: Bool, terminal: Terminal = .standardError) {
    self.name = name
    self.terminal = terminal
    guard isShown else { return }
    // A thread of its own, since what goes on may need all of the pool's. Without one nothing is shown.
    try? SystemThread.start("kindred.activity") { [weak self, terminal] in
      var beat = 0
      while true {
        usleep(100_000)
        beat += 1
        guard let self, self.draw(isDue: terminal.width != nil || beat % 20 == 0) else { return }
      }
    }
  }

  /// Says how far it is.
  func note(_ note: String) { state.withLock { $0.note = note } }

  /// Takes the line off the terminal. Nothing is drawn after this.
  func end() {
    state.withLock { state in
      if state.hasDrawn, terminal.width != nil { printError("\r\u{1B}[K", terminator: "") }
      state.isOver = true
    }
  }

  deinit { end() }

  /// - Returns: whether there will be more to draw.
  private func draw(isDue: Bool) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      guard isDue else { return true }
      let seconds = (ContinuousClock().now - start).seconds
      let text = [name, state.note, Figures.duration(seconds)].filter { !$0.isEmpty }
        .joined(separator: ", ")
      if let width = terminal.width {
        printError("\r" + DisplayWidth.cut(text, to: width - 1) + "\u{1B}[K", terminator: "")
      } else {
        printError(text)
      }
      state.hasDrawn = true
      return true
    }
  }
}

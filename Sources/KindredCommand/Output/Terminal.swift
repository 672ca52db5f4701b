import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The target of a stream: a terminal with a width, or something else.
package struct Terminal: Equatable, Sendable {
  /// In characters; nil when it is not a terminal.
  package var width: Int?
  /// In lines; nil when it is not known.
  package var height: Int?
  package var hasColor: Bool

  package init(width: Int?, height: Int? = nil, hasColor: Bool) {
    self.width = width
    self.height = height
    self.hasColor = hasColor
  }

  package static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
  package static let standardError = Terminal(descriptor: STDERR_FILENO)

  /// Standard output as it is now: windows change.
  static var measuredOutput: Terminal { Terminal(descriptor: STDOUT_FILENO) }

  /// Colour follows `NO_COLOR` (https://no-color.org) and `TERM=dumb`.
  private init(descriptor: Int32) {
    guard isatty(descriptor) == 1 else {
      self.init(width: nil, hasColor: false)
      return
    }
    let environment = Machine.environment
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    self.init(
      width: isKnown
        ? Int(size.ws_col)
        : environment["COLUMNS"].flatMap { UInt16($0) }.map { Int($0) } ?? 80,
      height: isKnown && size.ws_row > 0 ? Int(size.ws_row) : nil,
      hasColor: (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb")
  }

  /// Takes a `COLUMNS` that no terminal has out of the environment: ArgumentParser's help traps at it.
  static func forgetUnusableWidth() {
    guard let columns = Machine.environment["COLUMNS"] else { return }
    if UInt16(columns).map({ $0 < 10 }) ?? true { unsetenv("COLUMNS") }
  }
}

/// Writes to standard error at once; a closed one is not our trouble. Lines are made harmless, since they may
/// quote files and answers; what has no terminator may move the cursor.
package func printError(_ text: String, terminator: String = "\n") {
  var text = (terminator.isEmpty ? text : DisplayWidth.harmlessLines(text)) + terminator
  text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

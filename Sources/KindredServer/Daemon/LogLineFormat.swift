import Logging

/// How an event is written: in one line, whatever its values hold.
package enum LogLineFormat: String, CaseIterable, Sendable {
  /// `ts=… level=info msg=listening socket=/…`
  case text
  /// `{"ts":"…","level":"info","msg":"listening","socket":"/…"}`
  case json

  package func handler(level: Logger.Level) -> any LogHandler {
    switch self {
    case .text: LogfmtHandler(level: level)
    case .json: JSONLogHandler(level: level)
    }
  }
}

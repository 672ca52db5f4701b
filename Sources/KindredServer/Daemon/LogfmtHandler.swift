import Logging

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes one line an event to standard error: `ts=… level=info msg="listening" socket=/…`.
package struct LogfmtHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level

  package init(level: Logger.Level) { logLevel = level }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = "ts=\(Self.timestamp()) level=\(event.level) msg=\(Self.quoted("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(Self.quoted("\(value)"))"
    }
    LogOutput.write(line + "\n")
  }

  /// Now, in UTC, to the millisecond.
  static func timestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return "\(text(now.tv_sec)).\(padded(now.tv_nsec / 1_000_000, 3))Z"
  }

  /// A time since 1970, in UTC, to the second.
  static func timestamp(seconds: Int) -> String { text(seconds) + "Z" }

  private static func text(_ seconds: Int) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date =
      "\(Int(parts.tm_year) + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    let time = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
    return "\(date)T\(time)"
  }

  private static func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Quotes values that contain anything but plain characters.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.unicodeScalars.allSatisfy { scalar in
      scalar != " " && scalar != "\"" && scalar != "=" && scalar != "\\"
        && !LogText.isHarmful(scalar)
    }
    return isPlain && !value.isEmpty ? value : LogText.quoted(value)
  }
}

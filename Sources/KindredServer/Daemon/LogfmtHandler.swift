import Logging
import StorageIO

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
    var line = "ts=\(Machine.preciseTimestamp) level=\(event.level)"
    line += " msg=\(Self.quoted("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(Self.quoted("\(value)"))"
    }
    LogOutput.write(line + "\n")
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

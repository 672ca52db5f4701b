import Logging
import StorageIO

/// Writes an object a line to standard error; numbers stay numbers.
package struct JSONLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level

  package init(level: Logger.Level) { logLevel = level }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line =
      "{\"ts\":\"\(Machine.preciseTimestamp)\",\"level\":\"\(event.level)\","
      + "\"msg\":\(LogText.quoted("\(event.message)"))"
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += ",\(LogText.quoted(key)):\(Self.json(value))"
    }
    LogOutput.write(line + "}\n")
  }

  private static func json(_ value: Logger.Metadata.Value) -> String {
    if case .stringConvertible(let number) = value {
      switch number {
      case let number as any BinaryInteger: return "\(number)"
      case let number as Double where number.isFinite: return "\(number)"
      default: break
      }
    }
    return LogText.quoted("\(value)")
  }
}

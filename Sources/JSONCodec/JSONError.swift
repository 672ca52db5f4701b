/// Why some bytes are not the JSON that was asked for, and where.
public struct JSONError: Error, Equatable, Sendable {
  /// The kind of an error.
  public enum Kind: Equatable, Sendable {
    /// The bytes are not what was asked for.
    case malformed
    /// It may be what was asked for, but takes more memory than the reader may use.
    case tooLarge
    /// Nobody waits for it any more.
    case abandoned
  }

  /// Whether the bytes are wrong, too many, or given up on; `malformed` by default.
  public var kind = Kind.malformed
  /// The fault in words, without its place.
  public var message: String
  /// Bytes from the start of those given to the reader.
  public var byteOffset: Int
  /// The number of the line, from 1; a line ends at a line feed.
  public var line: Int
  /// In bytes, from 1.
  public var column: Int

  /// An error of the kind `malformed` at a place that is known.
  public init(message: String, byteOffset: Int, line: Int, column: Int) {
    self.message = message
    self.byteOffset = byteOffset
    self.line = line
    self.column = column
  }

  /// Finds line and column by reading `bytes` up to `byteOffset`.
  init(_ message: String, at byteOffset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var line = 1
    var lineStart = 0
    for index in 0..<min(byteOffset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    self.init(
      message: message, byteOffset: byteOffset, line: line, column: byteOffset - lineStart + 1)
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "\(message) at line \(line) column \(column)" }
}

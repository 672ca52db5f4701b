import JSONCodec
import Kindred
import NIOHTTP1
import StorageIO

/// The answer of a handler.
package struct Answer: Sendable {
  enum Content: Sendable {
    /// Written into the envelope `{"result": …, "status": "ok", "time": …}`.
    case result(@Sendable (inout JSONWriter) -> Void)
    /// Written as it is.
    case json(@Sendable (inout JSONWriter) -> Void)
    case text(String, contentType: String)
    /// A file as it is, to be kept under `name`; read while it is sent, and then closed.
    case download(any File, name: String, byteCount: Int)
  }

  var status: HTTPResponseStatus = .ok
  /// The envelope's `status`.
  var statusText = "ok"
  var content: Content
  /// Beside those that the content has; names in lower case.
  var headers: [(name: String, value: String)] = []
  /// The limits of a read: writing the content stops when it is over, and the answer is thrown away.
  var context: ReadContext?

  static func result(_ write: @escaping @Sendable (inout JSONWriter) -> Void) -> Answer {
    Answer(content: .result(write))
  }

  static func result(_ value: JSONValue) -> Answer {
    .result { $0.write(value) }
  }

  static func json(_ value: JSONValue) -> Answer {
    Answer(content: .json { $0.write(value) })
  }

  static func text(_ text: String, contentType: String = "text/plain; charset=utf-8") -> Answer {
    Answer(content: .text(text, contentType: contentType))
  }

  static func download(_ file: any File, name: String, byteCount: Int) -> Answer {
    Answer(content: .download(file, name: name, byteCount: byteCount))
  }
}

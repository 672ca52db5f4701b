import NIOCore
import NIOHTTP1
import StorageIO

/// An answer as it is sent: its head, and the bytes or the file behind it.
struct Response: Sendable {
  enum Content: Sendable {
    case none
    case text(String)
    case bytes([UInt8])
    /// Sent from where they are, without a copy.
    case buffer(ByteBuffer)
    case file(any File, byteCount: Int)

    var byteCount: Int {
      switch self {
      case .none: 0
      case .text(let text): text.utf8.count
      case .bytes(let bytes): bytes.count
      case .buffer(let buffer): buffer.readableBytes
      case .file(_, let byteCount): byteCount
      }
    }
  }

  var status: HTTPResponseStatus
  var contentType: String?
  /// Further headers, their names in lower case.
  var headers: [(name: String, value: String)] = []
  var content: Content

  static func text(_ status: HTTPResponseStatus, _ text: String) -> Response {
    Response(status: status, contentType: "text/plain; charset=utf-8", content: .text(text))
  }
}

extension ByteBuffer {
  /// Appends the status line and the headers of an answer.
  ///
  /// - Parameters:
  ///   - date: now, as HTTP writes it.
  ///   - isLast: whether the connection ends with it.
  mutating func writeHead(of response: Response, date: String, isLast: Bool) {
    if response.status == .ok {
      writeStaticString("HTTP/1.1 200 OK\r\nserver: kindred\r\ndate: ")
    } else {
      writeStaticString("HTTP/1.1 ")
      writeString(String(response.status.code))
      writeStaticString(" ")
      writeString(response.status.reasonPhrase)
      writeStaticString("\r\nserver: kindred\r\ndate: ")
    }
    writeString(date)
    if let type = response.contentType {
      writeStaticString("\r\ncontent-type: ")
      writeString(type)
    }
    if response.status != .noContent, response.status != .notModified {
      writeStaticString("\r\ncontent-length: ")
      writeString(String(response.content.byteCount))
    }
    for (name, value) in response.headers {
      writeStaticString("\r\n")
      writeString(name)
      writeStaticString(": ")
      writeString(value)
    }
    if isLast { writeStaticString("\r\nconnection: close") }
    writeStaticString("\r\n\r\n")
  }
}

extension HTTPResponseStatus {
  /// 413 and 422 as RFC 9110 calls them.
  static let contentTooLarge = HTTPResponseStatus.custom(
    code: 413, reasonPhrase: "Content Too Large")
  static let unprocessableContent = HTTPResponseStatus.custom(
    code: 422, reasonPhrase: "Unprocessable Content")
}

import HTTPClient
import JSONCodec
import NIOCore
import NIOHTTP1

/// A server's answer to one request.
package struct ServerAnswer: Sendable {
  package let status: Int
  /// Whether the body is JSON in the API's shape; anything may answer at a URL.
  private let json: JSONObject?
  private let body: ByteBuffer
  private let headers: HTTPHeaders
  private let request: String
  private let access: ServerAccess

  /// - Parameter request: its method and path, for messages.
  init(_ answer: HTTPClient.Answer, to request: String, from access: ServerAccess) {
    status = Int(answer.head.status.code)
    body = answer.body
    headers = answer.head.headers
    json = try? JSONValue.parse(Array(answer.body.readableBytesView)).asObject
    self.request = request
    self.access = access
  }

  var byteCount: Int { body.readableBytes }

  package var text: String { String(decoding: body.readableBytesView, as: UTF8.self) }

  /// The `result` of an answer that grants what was asked for.
  /// - Throws: the refusal.
  package func result() throws(CommandFailure) -> JSONValue {
    if (200..<300).contains(status), let result = json?["result"] { return result }
    throw refusal
  }

  /// Whether the server does not know such requests at all.
  package var isUnknownRequest: Bool { (status == 404 || status == 405) && message == nil }

  /// Whether the server says that it would do later what it does not do now.
  package var isPostponed: Bool { [429, 502, 503, 504].contains(status) }

  /// The pause that the server asks for in seconds, at most a year; nil where it gives a date.
  package var retryAfterSeconds: Int? {
    headers.first(name: "retry-after").flatMap { Int($0) }.flatMap {
      $0 >= 0 ? min($0, 366 * 86_400) : nil
    }
  }

  /// The server's own words.
  private var message: String? { json?["status"]?.asObject?["error"]?.asString }

  /// - Throws: where the server lets nobody in, or is not one of those that are supported.
  func check() throws(CommandFailure) {
    switch status {
    case 401:
      let words = message ?? text
      throw CommandFailure(
        .unreachable,
        (access.key == nil
          ? "\(access) wants an API key: set KINDRED_API_KEY, or give --api-key-file"
          : "\(access) does not take this API key")
          + (words.isEmpty ? "" : " (\(words.prefix(200)))"))
    case 300..<400:
      let place = headers.first(name: "location").map { " to '\($0)'" } ?? ""
      throw CommandFailure(
        .unreachable,
        "\(access) sends \(request) away\(place) (\(status)), which is not followed: give the "
          + "server's own address")
    default: break
    }
  }

  /// Why there is no result.
  package var refusal: CommandFailure {
    if let message { return CommandFailure(message) }
    switch status {
    case 403:
      return CommandFailure("\(access) does not allow \(request): \(text.prefix(200))")
    case 404, 405:
      return CommandFailure("\(access) does not know \(request): it is not a Kindred daemon")
    case 502, 503, 504:
      return CommandFailure(
        .unreachable, "\(access) answered \(status) to \(request): what is behind it does not")
    default:
      guard case .url = access.address, json == nil else {
        return CommandFailure("\(access) answered \(status) and no result to \(request)")
      }
      return CommandFailure(
        .unreachable,
        "\(access) answered \(status) and no JSON to \(request): is it a Kindred or Qdrant server?")
    }
  }
}

import NIOCore
import NIOHTTP1

/// The head of a request: what is asked for and how. Requests of one connection whose heads are alike but
/// for the length of the body share it.
package final class Request: Sendable {
  let target: RequestTarget
  let headers: HTTPHeaders
  /// The other end of the connection: `127.0.0.1:41234`, or `socket`. Empty for one that has come in
  /// another way, and is logged there.
  let peer: String
  /// Whether the body comes compressed.
  let isCoded: Bool
  /// Whether a page of some site asks.
  let hasOrigin: Bool

  init(_ target: RequestTarget, _ headers: HTTPHeaders = HTTPHeaders(), from peer: String = "") {
    self.target = target
    self.headers = headers
    self.peer = peer
    isCoded = headers.contains(name: "content-encoding")
    hasOrigin = headers.contains(name: "origin")
  }

  var method: HTTPMethod { target.method }
  var path: Substring { target.path }

  /// The number that `Content-Length` gives, in the first of several requests that share this; the decoder
  /// lets no other value through.
  var contentLength: Int? { headers.first(name: "content-length").flatMap { Int($0) } }

  var isChunked: Bool { headers.contains(name: "transfer-encoding") }
}

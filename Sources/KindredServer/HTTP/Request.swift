import NIOCore
import NIOHTTP1

/// The head of a request: what is asked for and how.
package struct Request: Sendable {
  let method: HTTPMethod
  /// The path as it was sent, with its escapes.
  let path: Substring
  /// The text after the `?`, with its escapes.
  let query: Substring?
  let headers: HTTPHeaders
  /// The other end of the connection: `127.0.0.1:41234`, or `socket`.
  let peer: String

  /// A request that has come in another way, as what it would be here.
  init(path: Substring, query: String?) {
    method = .POST
    headers = HTTPHeaders()
    self.path = path
    self.query = query.map { $0[...] }
    // Logged where it came in.
    peer = ""
  }

  init(_ head: HTTPRequestHead, from peer: String) {
    self.peer = peer
    method = head.method
    headers = head.headers
    let target = Self.withoutAuthority(head.uri)
    let end = target.utf8.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
    if let mark = target[..<end].utf8.firstIndex(of: UInt8(ascii: "?")) {
      path = target[..<mark]
      query = target[target.utf8.index(after: mark)..<end]
    } else {
      path = target[..<end]
      query = nil
    }
  }

  /// `http://host/path` as proxies are asked, without what comes before the path.
  private static func withoutAuthority(_ target: String) -> Substring {
    guard target.utf8.first != UInt8(ascii: "/") else { return target[...] }
    for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
      let rest = target.dropFirst(scheme.count)
      return rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    return target[...]
  }

  /// The number that `Content-Length` gives; the decoder lets no other value through.
  var contentLength: Int? { headers.first(name: "content-length").flatMap { Int($0) } }

  var isChunked: Bool { headers.contains(name: "transfer-encoding") }
}

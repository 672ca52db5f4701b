import JSONCodec
import NIOHTTP1

/// The target of a request: its method, its path and the parameters behind that, taken apart, and the
/// endpoint that they lead to.
///
/// Most clients ask for the same again and again, so a connection keeps the last one.
final class RequestTarget: Sendable {
  let method: HTTPMethod
  /// As it came, with its escapes.
  let path: Substring
  /// The text after the `?`, with its escapes.
  let query: Substring?
  /// The parameters in `query`, decoded, in their order.
  let parameters: [(name: String, value: String)]
  let match: RouteTable.Match
  private let uri: String

  /// Longer ones are not kept.
  private static let keptByteCount = 1024

  /// A request that has come in another way, as what it would be here.
  init(query: String?) {
    method = .POST
    uri = ""
    path = ""
    self.query = query.map { $0[...] }
    parameters = RequestTarget.parameters(of: query.map { $0[...] })
    match = .none
  }

  init(_ method: HTTPMethod, _ uri: String, _ routes: RouteTable) {
    self.method = method
    self.uri = uri
    let target = RequestTarget.withoutAuthority(uri)
    let end = target.utf8.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
    let mark = target[..<end].utf8.firstIndex(of: UInt8(ascii: "?"))
    let path = target[..<(mark ?? end)]
    let query = mark.map { target[target.utf8.index(after: $0)..<end] }
    self.path = path
    self.query = query
    parameters = RequestTarget.parameters(of: query)
    match = routes.match(method, path: path)
  }

  /// Whether it is what this head asks for.
  func isTarget(of head: HTTPRequestHead) -> Bool {
    method == head.method && uri.hasSameBytes(as: head.uri)
  }

  var isWorthKeeping: Bool { uri.utf8.count <= Self.keptByteCount }

  /// `http://host/path` as proxies are asked, without what comes before the path.
  private static func withoutAuthority(_ target: String) -> Substring {
    guard target.utf8.first != UInt8(ascii: "/") else { return target[...] }
    for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
      let rest = target.dropFirst(scheme.count)
      return rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    return target[...]
  }

  private static func parameters(of query: Substring?) -> [(name: String, value: String)] {
    guard let query else { return [] }
    return query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = parts.map { percentDecoded($0) ?? String($0) }
      return (name: decoded[0], value: decoded.count == 2 ? decoded[1] : "")
    }
  }
}

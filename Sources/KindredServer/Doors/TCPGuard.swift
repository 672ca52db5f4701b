import NIOCore
import NIOHTTP1

/// Stands before the endpoints at the TCP door: host names (against DNS rebinding), web origins, keys.
///
/// Refusals are plain text, as clients expect them.
struct TCPGuard: Sendable {
  let security: SecurityOptions
  /// Whether the door speaks TLS.
  var isEncrypted = false

  /// Why the request does not come in; nil for one that does. (What a browser asks before it sends a
  /// request to another site is answered here too.)
  func refusal(_ request: Request, _ match: RouteTable.Match) -> Response? {
    let isExempt = Self.isExempt(request.path)
    let host = request.headers.first(name: "host") ?? ""
    // Load balancers ask for health without saying whom.
    guard host.isEmpty ? isExempt : accepts(host: host) else {
      return .text(
        .forbidden,
        host.isEmpty ? "The request has no Host header" : "Host '\(host)' is not allowed")
    }
    if let origin = request.headers.first(name: "origin") {
      guard accepts(origin: origin, from: host) else {
        return .text(.forbidden, "Origin '\(origin)' is not allowed")
      }
      if request.method == .OPTIONS { return preflight(origin) }
    }
    if !isExempt, !Self.isPage(request.path) {
      switch security.access(request.headers) {
      case .full: break
      case .none:
        return .text(.unauthorized, "Must provide an API key or an Authorization bearer token")
      case .readOnly where match.access != .read:
        return .text(.forbidden, "Global write access is required, the API key is read-only")
      case .readOnly: break
      }
    }
    guard match.access != .local else {
      return .text(.forbidden, "\(request.path) answers at the control socket only")
    }
    guard hasAcceptableBody(request, match) else {
      return .text(.unsupportedMediaType, "Content type error: send application/json")
    }
    return nil
  }

  /// Lets a page of another site, whose request has come in, read the answer.
  func admit(_ request: Request, to response: inout Response) {
    if let origin = request.headers.first(name: "origin") { allow(origin, &response) }
  }

  /// Health and version answer without a key.
  private static func isExempt(_ path: Substring) -> Bool {
    switch path {
    case "", "/", "/healthz", "/readyz", "/livez": true
    default: false
    }
  }

  /// The page's own files come without a key, which it asks for: what it calls needs one.
  private static func isPage(_ path: Substring) -> Bool {
    path == "/dashboard" || path.hasPrefix("/dashboard/")
  }

  func accepts(host authority: String) -> Bool {
    let host = Self.hostName(authority)
    return TCPAddress.isLoopback(host)
      || security.allowedHosts.contains { $0 == "*" || Self.hostName($0) == host }
  }

  /// A page served by this very address, or by one of the allowed origins.
  func accepts(origin: String, from authority: String) -> Bool {
    if !authority.isEmpty, origin == (isEncrypted ? "https://" : "http://") + authority {
      return true
    }
    return security.allowedOrigins.contains { $0 == "*" || $0 == origin }
  }

  /// A page of another site can make a browser send text and forms, but not JSON.
  private func hasAcceptableBody(_ request: Request, _ match: RouteTable.Match) -> Bool {
    guard case .route(let route, _) = match, route.access == .write, route.body == .whole else {
      return true
    }
    let length = request.headers.first(name: "content-length")
    guard length.map({ $0 != "0" }) ?? request.isChunked else { return true }
    return request.headers.first(name: "content-type")?.lowercased()
      .hasPrefix("application/json") ?? false
  }

  /// `Example.org:6333` → `example.org`, `[::1]:6333` → `::1`.
  private static func hostName(_ authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return authority[authority.index(after: authority.startIndex)..<end].lowercased()
    }
    if authority.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1,
      let colon = authority.utf8.firstIndex(of: UInt8(ascii: ":"))
    {
      return authority[..<colon].lowercased()
    }
    return authority.lowercased()
  }

  private func preflight(_ origin: String) -> Response {
    var response = Response(
      status: .noContent,
      headers: [
        (name: "access-control-allow-methods", value: "GET, POST, PUT, PATCH, DELETE"),
        (name: "access-control-allow-headers", value: "content-type, api-key, authorization"),
        (name: "access-control-max-age", value: "3600"),
      ], content: .none)
    allow(origin, &response)
    return response
  }

  private func allow(_ origin: String, _ response: inout Response) {
    response.headers.append((name: "access-control-allow-origin", value: origin))
    response.headers.append((name: "vary", value: "Origin"))
  }
}

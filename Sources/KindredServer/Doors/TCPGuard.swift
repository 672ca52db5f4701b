import HTTPTypes
import Hummingbird
import NIOCore

/// Stands before the router at the TCP door: host names (against DNS rebinding), web origins, keys.
///
/// Refusals are plain text, as clients expect them.
struct TCPGuard: HTTPResponder {
  typealias Context = ConnectionContext

  let security: SecurityOptions
  let next: Responder

  func respond(to request: Request, context: Context) async throws -> Response {
    let host = request.head.authority ?? ""
    // Load balancers ask for health without saying whom.
    guard host.isEmpty ? Self.isExempt(request.uri.path) : accepts(host: host) else {
      return refuse(
        .forbidden,
        host.isEmpty ? "The request has no Host header" : "Host '\(host)' is not allowed")
    }
    let origin = request.headers[.origin]
    if let origin {
      guard accepts(origin: origin, from: request.head.authority) else {
        return refuse(.forbidden, "Origin '\(origin)' is not allowed")
      }
      if request.method == .options { return preflight(origin) }
    }
    if !Self.isExempt(request.uri.path) {
      switch security.access(request.headers) {
      case .full: break
      case .none:
        return refuse(
          .unauthorized, "Must provide an API key or an Authorization bearer token")
      case .readOnly where routeAccess(request) != .read:
        return refuse(.forbidden, "Global write access is required, the API key is read-only")
      case .readOnly: break
      }
    }
    guard routeAccess(request) != .local else {
      return refuse(.forbidden, "\(request.uri.path) answers at the control socket only")
    }
    guard hasAcceptableBody(request) else {
      return refuse(.unsupportedMediaType, "Content type error: send application/json")
    }
    var response = try await next.respond(to: request, context: context)
    if let origin { allow(origin, &response.headers) }
    return response
  }

  /// Health and version answer without a key.
  private static func isExempt(_ path: String) -> Bool {
    switch path {
    case "", "/", "/healthz", "/readyz", "/livez": true
    default: false
    }
  }

  private func routeAccess(_ request: Request) -> Route.Access {
    next.routes.access(request.method, path: request.uri.path)
  }

  private func accepts(host authority: String) -> Bool {
    let host = Self.hostName(authority)
    return TCPAddress.isLoopback(host)
      || security.allowedHosts.contains { $0 == "*" || Self.hostName($0) == host }
  }

  /// A page served by this very address, or by one of the allowed origins.
  private func accepts(origin: String, from authority: String?) -> Bool {
    if let authority, origin == "http://" + authority { return true }
    return security.allowedOrigins.contains { $0 == "*" || $0 == origin }
  }

  /// A page of another site can make a browser send text and forms, but not JSON.
  private func hasAcceptableBody(_ request: Request) -> Bool {
    guard case .route(let route, _) = next.routes.match(request.method, path: request.uri.path),
      route.access == .write, route.body == .whole
    else { return true }
    let hasBody =
      request.headers[.contentLength].map { $0 != "0" }
      ?? (request.headers[.transferEncoding] != nil)
    guard hasBody else { return true }
    return request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
  }

  /// `Example.org:6333` → `example.org`, `[::1]:6333` → `::1`.
  private static func hostName(_ authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return authority[authority.index(after: authority.startIndex)..<end].lowercased()
    }
    if authority.filter({ $0 == ":" }).count == 1, let colon = authority.firstIndex(of: ":") {
      return authority[..<colon].lowercased()
    }
    return authority.lowercased()
  }

  private func refuse(_ status: HTTPResponse.Status, _ reason: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: reason)))
  }

  private func preflight(_ origin: String) -> Response {
    var headers: HTTPFields = [
      .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE",
      .accessControlAllowHeaders: "content-type, api-key, authorization",
      .accessControlMaxAge: "3600",
    ]
    allow(origin, &headers)
    return Response(status: .noContent, headers: headers)
  }

  private func allow(_ origin: String, _ headers: inout HTTPFields) {
    headers[.accessControlAllowOrigin] = origin
    headers[.vary] = "Origin"
  }
}

import HTTPTypes

/// Every endpoint, found by method and path.
///
/// Its own table rather than a framework's router, because three readers need more than a handler:
/// the read-only key asks whether an endpoint writes, a wrong method is a 405 rather than a 404, and
/// the OpenAPI document is checked against `routes`.
///
/// Empty path segments do not count, so `//collections/x/` is `/collections/x`. A literal segment is
/// preferred to a parameter.
package struct RouteTable: Sendable {
  package private(set) var routes: [Route] = []
  private var root = Node()

  package init() {}

  /// - Precondition: no route of that method and path exists.
  mutating func add(_ route: Route) {
    let segments = Self.segments(route.path).map(String.init)
    root.insert(segments[...], route: routes.count, method: route.method)
    routes.append(route)
  }

  enum Match {
    case route(Route, parameters: [String: String])
    /// The path exists, with these methods.
    case wrongMethod(allowed: [HTTPRequest.Method])
    case none
  }

  func match(_ method: HTTPRequest.Method, path: String) -> Match {
    // A HEAD is a GET whose body is left out.
    let method = method == .head ? .get : method
    let segments = Self.segments(path)
    var found: [(Node, [Substring])] = []
    root.collect(segments[...], [], into: &found)
    for (node, values) in found {
      guard let index = node.routes[method] else { continue }
      let route = routes[index]
      var parameters: [String: String] = [:]
      for (name, value) in zip(route.parameterNames, values) {
        guard let decoded = percentDecoded(value) else { return .none }
        parameters[name] = decoded
      }
      return .route(route, parameters: parameters)
    }
    if found.isEmpty { return .none }
    let allowed = found.flatMap { $0.0.routes.keys }
    return .wrongMethod(allowed: Set(allowed).sorted { $0.rawValue < $1.rawValue })
  }

  /// What a request needs; reading for what matches no route.
  func access(_ method: HTTPRequest.Method, path: String) -> Route.Access {
    guard case .route(let route, _) = match(method, path: path) else { return .read }
    return route.access
  }

  private static func segments(_ path: some StringProtocol) -> [Substring] {
    Substring(path).split(separator: "/", omittingEmptySubsequences: true)
  }

  private struct Node: Sendable {
    var literals: [Substring: Node] = [:]
    /// One child at most, for a parameter of any name.
    var parameter: [Node] = []
    var routes: [HTTPRequest.Method: Int] = [:]

    mutating func insert(_ path: ArraySlice<String>, route: Int, method: HTTPRequest.Method) {
      guard let first = path.first else {
        precondition(routes[method] == nil, "two routes for one method and path")
        routes[method] = route
        return
      }
      if first.hasPrefix("{") {
        if parameter.isEmpty { parameter.append(Node()) }
        parameter[0].insert(path.dropFirst(), route: route, method: method)
      } else {
        literals[Substring(first), default: Node()].insert(
          path.dropFirst(), route: route, method: method)
      }
    }

    /// Appends every node that the path leads to, the more literal ones first.
    func collect(
      _ path: ArraySlice<Substring>, _ values: [Substring], into found: inout [(Node, [Substring])]
    ) {
      guard let first = path.first else {
        if !routes.isEmpty { found.append((self, values)) }
        return
      }
      if let child = literals[first] {
        child.collect(path.dropFirst(), values, into: &found)
      }
      if let child = parameter.first {
        child.collect(path.dropFirst(), values + [first], into: &found)
      }
    }
  }
}

/// One endpoint.
package struct Route: Sendable {
  package enum Access: Sendable {
    case read, write
    /// Names files of this machine: only at the control socket, whose users may do that anyway.
    case local
  }

  package enum Body: Sendable {
    /// Collected before the handler runs, up to the limit.
    case whole
    /// The handler reads it as it comes.
    case streamed
  }

  /// What answers a request, and where it runs.
  enum Handler: Sendable {
    /// At once, where the request arrived: what takes no longer than that.
    case immediate(@Sendable (Call) throws -> Answer)
    /// On the threads of reads.
    case reading(@Sendable (Call) throws -> Answer)
    /// Not behind them: what tells of the daemon and its collections.
    case reporting(@Sendable (Call) throws -> Answer)
    /// On the threads of writes up to where it waits for the store, and from there again.
    case awaiting(@Sendable (Call) async throws -> Answer)
  }

  package let method: HTTPRequest.Method
  /// With parameters in braces: `/collections/{collection}/points`.
  package let path: String
  package let access: Access
  package let body: Body
  let parameterNames: [String]
  let handler: Handler
}

extension RouteTable {
  /// Adds an endpoint that changes nothing and is answered where the request arrives.
  mutating func immediate(
    _ method: HTTPRequest.Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .immediate(handler))
  }

  /// Adds an endpoint that tells of the daemon and its collections.
  mutating func report(
    _ method: HTTPRequest.Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .reporting(handler))
  }

  /// Adds an endpoint that changes nothing and may take a while.
  mutating func read(
    _ method: HTTPRequest.Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .reading(handler))
  }

  /// Adds an endpoint that may change something; a read-only key does not open it.
  mutating func write(
    _ method: HTTPRequest.Method, _ path: String, body: Route.Body = .whole,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .write, body, .awaiting(handler))
  }

  /// Adds an endpoint that is only there at the control socket.
  mutating func local(
    _ method: HTTPRequest.Method, _ path: String,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .local, .whole, .awaiting(handler))
  }

  /// Adds an endpoint that changes nothing and waits for the store's threads.
  mutating func inspect(
    _ method: HTTPRequest.Method, _ path: String,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .read, .whole, .awaiting(handler))
  }

  private mutating func add(
    _ method: HTTPRequest.Method, _ path: String, _ access: Route.Access, _ body: Route.Body,
    _ handler: Route.Handler
  ) {
    let names = Self.segments(path).filter { $0.hasPrefix("{") }
    add(
      Route(
        method: method, path: path, access: access, body: body,
        parameterNames: names.map { String($0.dropFirst().dropLast()) }, handler: handler))
  }
}

/// Undoes `%41`-style escapes; nil when they are malformed or not UTF-8.
func percentDecoded(_ text: some StringProtocol) -> String? {
  guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
  var bytes: [UInt8] = []
  var iterator = text.utf8.makeIterator()
  while let byte = iterator.next() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit)
    else { return nil }
    bytes.append(high << 4 | low)
  }
  return String(validating: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

import NIOHTTP1

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
    root.insert(Self.segments(route.path)[...], route: routes.count, method: route.method)
    routes.append(route)
  }

  enum Match: Sendable {
    case route(Route, PathParameters)
    /// The path exists, with these methods.
    case wrongMethod(allowed: [Method])
    case none

    /// The access that the request needs; reading for what matches no route.
    var access: Route.Access {
      if case .route(let route, _) = self { route.access } else { .read }
    }
  }

  func match(_ method: HTTPMethod, path: Substring) -> Match {
    var search = Search(method: Method(method))
    // Some clients join their address and a path with two slashes.
    guard let index = root.find(path.drop { $0 == "/" }, &search) else {
      return search.allowed.isEmpty ? .none : .wrongMethod(allowed: search.allowed.sorted())
    }
    let route = routes[index]
    var parameters = PathParameters(names: route.parameterNames)
    for value in search.values {
      guard let decoded = percentDecoded(value) else { return .none }
      parameters.values.append(decoded)
    }
    return .route(route, parameters)
  }

  fileprivate static func segments(_ path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: true)
  }

  /// The search for a request's route: what it looks for, and what it has met on its way.
  private struct Search {
    let method: Method?
    /// The values of the parameters in the path so far.
    var values: [Substring] = []
    /// The methods of paths that would have matched.
    var allowed: Set<Method> = []
  }

  private struct Node: Sendable {
    var literals: [Substring: Node] = [:]
    /// One child at most, for a parameter of any name.
    var parameter: [Node] = []
    var routes: [Method: Int] = [:]

    mutating func insert(_ path: ArraySlice<Substring>, route: Int, method: Method) {
      guard let first = path.first else {
        precondition(routes[method] == nil, "two routes for one method and path")
        routes[method] = route
        return
      }
      if first.hasPrefix("{") {
        if parameter.isEmpty { parameter.append(Node()) }
        parameter[0].insert(path.dropFirst(), route: route, method: method)
      } else {
        literals[first, default: Node()].insert(path.dropFirst(), route: route, method: method)
      }
    }

    /// The route that the path leads to, the most literal one that has the method.
    func find(_ path: Substring, _ search: inout Search) -> Int? {
      // One slash leads to each name, and one at the end does not matter: `//` would be an empty name.
      let path = path.utf8.first == UInt8(ascii: "/") ? path.dropFirst() : path
      guard !path.isEmpty else {
        if let route = search.method.flatMap({ routes[$0] }) { return route }
        search.allowed.formUnion(routes.keys)
        return nil
      }
      let end = path.utf8.firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      let first = path[..<end]
      guard !first.isEmpty else { return nil }
      let rest = path[end...]
      if let route = literals[first]?.find(rest, &search) { return route }
      guard let child = parameter.first else { return nil }
      search.values.append(first)
      if let route = child.find(rest, &search) { return route }
      search.values.removeLast()
      return nil
    }
  }
}

/// The values of a path's parameters, by name.
struct PathParameters: Sendable {
  var names: [String] = []
  /// Unescaped.
  var values: [String] = []

  subscript(name: String) -> String? { names.firstIndex(of: name).map { values[$0] } }
}

/// One endpoint.
package final class Route: Sendable {
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

  /// The handler of a request, and where it runs.
  enum Handler: Sendable {
    /// At once, where the request arrived: for work that takes no time.
    case immediate(@Sendable (Call) throws -> Answer)
    /// On the threads of reads.
    case reading(@Sendable (Call) throws -> Answer)
    /// Where the request arrived, as long as it is brief; else on the threads of reads, from the start.
    case brief(@Sendable (Call) throws -> Answer)
    /// Apart from those: for reports on the daemon and its collections.
    case reporting(@Sendable (Call) throws -> Answer)
    /// On the threads of writes up to where it waits for the store, and from there again.
    case awaiting(@Sendable (Call) async throws -> Answer)
    /// The same, but where the request arrived if that is small.
    case awaitingBriefly(@Sendable (Call) async throws -> Answer)
  }

  package let method: Method
  /// With parameters in braces: `/collections/{collection}/points`.
  package let path: String
  package let access: Access
  package let body: Body
  let parameterNames: [String]
  let handler: Handler
  /// Its place in the table.
  let index: Int

  fileprivate init(
    _ index: Int, _ method: Method, _ path: String, _ access: Access, _ body: Body,
    _ handler: Handler
  ) {
    self.index = index
    self.method = method
    self.path = path
    self.access = access
    self.body = body
    self.handler = handler
    parameterNames = RouteTable.segments(path).filter { $0.hasPrefix("{") }
      .map { String($0.dropFirst().dropLast()) }
  }
}

extension RouteTable {
  /// Adds an endpoint that changes nothing and is answered where the request arrives.
  mutating func immediate(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .immediate(handler))
  }

  /// Adds an endpoint that tells of the daemon and its collections.
  mutating func report(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .reporting(handler))
  }

  /// Adds an endpoint that changes nothing and may take a while.
  mutating func read(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .reading(handler))
  }

  /// Adds an endpoint that changes nothing and mostly takes no longer than handing it to a thread.
  mutating func brief(
    _ method: Method, _ path: String, _ handler: @escaping @Sendable (Call) throws -> Answer
  ) {
    add(method, path, .read, .whole, .brief(handler))
  }

  /// Adds an endpoint that may change something; a read-only key does not open it.
  mutating func write(
    _ method: Method, _ path: String, body: Route.Body = .whole,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .write, body, .awaiting(handler))
  }

  /// Adds an endpoint that changes something, and with a small body does little itself.
  mutating func briefWrite(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .write, .whole, .awaitingBriefly(handler))
  }

  /// Adds an endpoint that is only there at the control socket.
  mutating func local(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .local, .whole, .awaiting(handler))
  }

  /// Adds an endpoint that changes nothing and waits for the store's threads.
  mutating func inspect(
    _ method: Method, _ path: String,
    _ handler: @escaping @Sendable (Call) async throws -> Answer
  ) {
    add(method, path, .read, .whole, .awaiting(handler))
  }

  private mutating func add(
    _ method: Method, _ path: String, _ access: Route.Access, _ body: Route.Body,
    _ handler: Route.Handler
  ) {
    add(Route(routes.count, method, path, access, body, handler))
  }
}

import HTTPClient
import JSONCodec
import Kindred
import KindredServer
import Logging
import NIOCore
import NIOHTTP1
import TestSupport

/// A daemon in this process on a directory of its own, with both doors open, and a way to call it.
struct RunningServer {
  let directory: String
  /// The TCP door.
  let address: TCPAddress

  /// Runs `body` against a daemon, which is stopped afterwards.
  static func with(
    _ security: SecurityOptions = SecurityOptions(), limits: RequestLimits = RequestLimits(),
    tls: TLSOptions? = nil, _ body: (RunningServer) async throws -> Void
  ) async throws {
    let directory = TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    try await with(directory.path, security, limits: limits, tls: tls, body)
  }

  static func with(
    _ directory: String, _ security: SecurityOptions = SecurityOptions(),
    limits: RequestLimits = RequestLimits(), tls: TLSOptions? = nil,
    _ body: (RunningServer) async throws -> Void
  ) async throws {
    let (ready, continuation) = AsyncStream<TCPAddress>.makeStream()
    let options = DaemonOptions(
      dataDirectory: directory, http: TCPAddress(host: "127.0.0.1", port: 0), tls: tls,
      security: security, limits: limits)
    let daemon = Daemon(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
      continuation.yield($0!)
    }
    let running = Task {
      defer { continuation.finish() }
      try await daemon.run()
    }
    var addresses = ready.makeAsyncIterator()
    guard let address = await addresses.next() else { return try await running.value }
    do {
      try await body(RunningServer(directory: directory, address: address))
    } catch {
      daemon.stop()
      try? await running.value
      throw error
    }
    daemon.stop()
    try await running.value
  }

  struct Reply {
    var status: Int
    var headers: [String: String]
    var text: String

    var json: JSONValue { (try? JSONValue.parse(text)) ?? .null }

    /// The value at a path of names and positions.
    subscript(path: any PathPart...) -> JSONValue {
      path.reduce(json) { value, part in part.step(value) }
    }

    var error: String {
      if case .string(let message) = self["status", "error"] { message } else { "" }
    }
  }

  /// Calls over the control socket.
  func callAsFunction(
    _ method: String, _ path: String, _ body: JSONValue? = nil
  ) async throws -> Reply {
    try await send(method, path, body.map { "\($0)" })
  }

  /// - Parameter tcp: through the TCP door; else over the control socket.
  func send(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:],
    tcp: Bool = false
  ) async throws -> Reply {
    let http = HTTPClient(
      tcp
        ? .tcp(host: address.host, port: address.port)
        : .socket(path: "\(directory)/kindred.sock"))
    defer { http.close() }
    var head = HTTPRequestHead(version: .http1_1, method: .init(rawValue: method), uri: path)
    if body != nil, headers["content-type"] == nil {
      head.headers.add(name: "content-type", value: "application/json")
    }
    for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
    let answer = try await http.exchange(
      head, body.map { ByteBuffer(string: $0) }, timeout: .seconds(30))
    return Reply(
      status: Int(answer.head.status.code),
      headers: Dictionary(
        answer.head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
      text: String(buffer: answer.body))
  }

  /// A collection `c` with the sparse vector `ratings` and three points.
  func fill() async throws {
    _ = try await self("PUT", "/collections/c", ["sparse_vectors": ["ratings": [:]]])
    let points: JSONValue = [
      "points": [
        point(1, [1, 2], [1.0, -0.5], ["age": 25, "tags": ["a", "b"]]),
        point(2, [2, 3], [2.0, 1.0], ["age": 30, "tags": ["b"]]),
        point(3, [7], [1.0], ["age": 25]),
      ]
    ]
    _ = try await self("PUT", "/collections/c/points?wait=true", points)
  }

  private func point(
    _ id: Int64, _ indices: [Int64], _ values: [Double], _ payload: JSONValue
  ) -> JSONValue {
    [
      "id": .integer(id),
      "vector": [
        "ratings": [
          "indices": .array(indices.map { .integer($0) }),
          "values": .array(values.map { .double($0) }),
        ]
      ],
      "payload": payload,
    ]
  }
}

/// A name or a position, to step into a JSON value with.
protocol PathPart {
  func step(_ value: JSONValue) -> JSONValue
}

extension String: PathPart {
  func step(_ value: JSONValue) -> JSONValue {
    if case .object(let object) = value { object[self] ?? .null } else { .null }
  }
}

extension Int: PathPart {
  func step(_ value: JSONValue) -> JSONValue {
    guard case .array(let elements) = value, elements.indices.contains(self) else { return .null }
    return elements[self]
  }
}

extension JSONValue {
  /// The `id` of every element.
  var ids: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements.map { "id".step($0) }
  }
}

import HTTPClient
import JSONCodec
import KindredServer
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Speaks the HTTP API of a daemon or another server.
package struct DaemonClient: Sendable {
  package let access: ServerAccess
  private let http: HTTPClient

  private static let maxAnswerByteCount = 256 << 20

  /// Calls `body` with a client of the daemon at `socketPath`; the connections are closed afterwards.
  package static func withClient<R>(
    socketPath: String, _ body: (DaemonClient) async throws -> R
  ) async throws -> R {
    try await withClient(ServerAccess(.socket(path: socketPath)), body)
  }

  /// Calls `body` with a client of a server; the connections are closed afterwards.
  package static func withClient<R>(
    _ access: ServerAccess, _ body: (DaemonClient) async throws -> R
  ) async throws -> R {
    let address: HTTPClient.Address
    switch access.address {
    case .socket(let path):
      guard path.utf8.count <= ControlSocket.maxPathByteCount else {
        throw CommandFailure(
          .usage,
          "the socket path '\(path)' is longer than \(ControlSocket.maxPathByteCount) bytes, "
            + "which is all that Unix sockets allow; use a shorter or a relative path")
      }
      address = .socket(path: path)
    case .url(let url):
      address =
        url.isEncrypted
        ? .tls(host: url.host, port: url.port, authorities: access.authorities)
        : .tcp(host: url.host, port: url.port)
    }
    let http = HTTPClient(address, maxAnswerByteCount: maxAnswerByteCount)
    defer { http.close() }
    return try await body(DaemonClient(access: access, http: http))
  }

  /// Sends one request and returns the `result` of the answer.
  ///
  /// - Parameters:
  ///   - path: with its query, names in it percent-encoded.
  ///   - timeout: nil for that of the command.
  /// - Throws: `CommandFailure`; `.unreachable` when no server answers, `.refused` with the server's
  ///   own words when it says no.
  @discardableResult
  package func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, timeout: TimeAmount? = nil
  ) async throws(CommandFailure) -> JSONValue {
    try await ask(method, path, body, timeout: timeout).result()
  }

  @discardableResult
  package func send(
    _ method: HTTPMethod, _ path: String, _ body: JSONObject
  ) async throws(CommandFailure) -> JSONValue {
    try await send(method, path, body.encoded)
  }

  /// The answer to one request, whatever it says.
  ///
  /// - Throws: `CommandFailure`, `.unreachable` when no server answers or does not let the key in.
  package func ask(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, timeout: TimeAmount? = nil
  ) async throws(CommandFailure) -> ServerAnswer {
    do {
      let answer = try await exchange(method, path, body, timeout)
      try answer.check()
      return answer
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw unreachable(error)
    }
  }

  /// The body of an answer that is not JSON.
  package func text(_ path: String) async throws(CommandFailure) -> String {
    let answer = try await ask(.GET, path, timeout: min(access.timeout, .seconds(10)))
    guard answer.status == 200 else { throw answer.refusal }
    return answer.text
  }

  /// Whether there is a collection of that name, and what is said of it.
  package func collection(_ name: String) async throws(CommandFailure) -> JSONValue? {
    let exists = try await send(.GET, "/collections/\(Self.escaped(name))/exists")
    guard case .object(let answer) = exists, answer["exists"] == .bool(true) else { return nil }
    return try await send(.GET, "/collections/\(Self.escaped(name))")
  }

  /// A name as one component of a path.
  package static func escaped(_ name: String) -> String {
    var escaped = ""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        escaped += byte < 16 ? "%0" : "%"
        escaped += String(byte, radix: 16, uppercase: true)
      }
    }
    return escaped
  }

  /// - Throws: what `HTTPClient` throws.
  func exchange(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, _ timeout: TimeAmount? = nil
  ) async throws -> ServerAnswer {
    var prefix = ""
    if case .url(let url) = access.address { prefix = url.path }
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: prefix + path)
    // A daemon's TCP door wants it of whatever may change something: pages of others cannot say it.
    if body != nil || method != .GET {
      head.headers.add(name: "content-type", value: "application/json")
    }
    if let key = access.key { head.headers.add(name: "api-key", value: key) }
    let answer = try await http.exchange(
      head, body.map { ByteBuffer(bytes: $0) }, timeout: timeout ?? access.timeout)
    return ServerAnswer(answer, to: "\(method) \(path)", from: access)
  }

  func unreachable(_ error: any Error) -> CommandFailure {
    if error is HTTPClient.TimedOut {
      return CommandFailure(.unreachable, "\(access) has not answered in time")
    }
    guard case .socket(let path) = access.address else {
      return CommandFailure(.unreachable, "cannot reach \(access): \(reason(error))")
    }
    let code = (error as? IOError)?.errnoCode
    if code == ENOENT || code == ECONNREFUSED || code == ENOTSOCK || code == ENOTDIR {
      return CommandFailure(
        .unreachable, "no daemon at '\(path)'; start one with: kindred serve --data-dir DIR")
    }
    if code == EACCES { return CommandFailure(.unreachable, SocketAccess.refusal(path)) }
    return CommandFailure(.unreachable, "cannot reach \(access): \(error)")
  }

  private func reason(_ error: any Error) -> String {
    if let error = error as? HTTPParserError {
      return error == .invalidEOFState
        ? "it closed the connection in the middle of an answer" : "it does not speak HTTP"
    }
    if let error = error as? ChannelError, error == .eof {
      return "it closed the connection without an answer"
    }
    return "\(error)"
  }
}

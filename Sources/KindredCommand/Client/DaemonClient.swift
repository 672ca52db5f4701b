import AsyncHTTPClient
import Foundation
import JSONCodec
import NIOCore
import NIOHTTP1

/// Speaks the daemon's HTTP API over its control socket.
package struct DaemonClient: Sendable {
  package let socketPath: String
  private let http: HTTPClient

  private static let maximumAnswerByteCount = 256 << 20
  /// `sun_path` has 108 bytes with the NUL on Linux, 104 on macOS.
  private static let maximumSocketPathByteCount = 107

  /// Calls `body` with a client of the daemon at `socketPath`; the connections are closed afterwards.
  package static func withClient<R>(
    socketPath: String, _ body: (DaemonClient) async throws -> R
  ) async throws -> R {
    guard socketPath.utf8.count <= maximumSocketPathByteCount else {
      throw CommandFailure(
        .usage,
        "the socket path '\(socketPath)' is longer than \(maximumSocketPathByteCount) bytes, "
          + "which is all that Unix sockets allow; use a shorter or a relative path")
    }
    var configuration = HTTPClient.Configuration()
    // A daemon that is not there should be reported, not waited for.
    configuration.connectionPool.retryConnectionEstablishment = false
    let http = HTTPClient(configuration: configuration)
    do {
      let result = try await body(DaemonClient(socketPath: socketPath, http: http))
      try await http.shutdown()
      return result
    } catch {
      try? await http.shutdown()
      throw error
    }
  }

  /// Sends one request and returns the `result` of the answer.
  ///
  /// - Parameter path: with its query, names in it percent-encoded.
  /// - Throws: `CommandFailure`; `.unreachable` when no daemon answers, `.refused` with the daemon's
  ///   own words when it says no.
  @discardableResult
  package func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, timeout: TimeAmount = .minutes(10)
  ) async throws(CommandFailure) -> JSONValue {
    let (status, bytes) = try await exchange(method, path, body, timeout)
    let answer = try? JSONValue.parse(bytes)
    guard case .object(let object) = answer else {
      throw CommandFailure("the daemon answered \(status) and no JSON to \(method) \(path)")
    }
    if (200..<300).contains(status), let result = object["result"] { return result }
    if case .object(let status) = object["status"], case .string(let message) = status["error"] {
      throw CommandFailure(message)
    }
    throw CommandFailure("the daemon answered \(status) to \(method) \(path)")
  }

  @discardableResult
  package func send(
    _ method: HTTPMethod, _ path: String, _ body: JSONObject
  ) async throws(CommandFailure) -> JSONValue {
    try await send(method, path, body.encoded)
  }

  /// Whether there is a collection of that name, and what is said of it.
  package func collection(_ name: String) async throws(CommandFailure) -> JSONValue? {
    let exists = try await send(.GET, "/collections/\(Self.escaped(name))/exists")
    guard case .object(let answer) = exists, answer["exists"] == .bool(true) else { return nil }
    return try await send(.GET, "/collections/\(Self.escaped(name))")
  }

  /// A name as one component of a path.
  package static func escaped(_ name: String) -> String {
    let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
      .union(CharacterSet(charactersIn: "-._~"))
    return name.addingPercentEncoding(withAllowedCharacters: plain) ?? name
  }

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ timeout: TimeAmount
  ) async throws(CommandFailure) -> (status: Int, body: [UInt8]) {
    guard let url = URL(httpURLWithSocketPath: socketPath, uri: path) else {
      throw CommandFailure(.usage, "'\(socketPath)' is not a socket path")
    }
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = method
    if let body {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    do {
      let response = try await http.execute(request, timeout: timeout)
      let answer = try await response.body.collect(upTo: Self.maximumAnswerByteCount)
      return (Int(response.status.code), Array(answer.readableBytesView))
    } catch {
      throw unreachable(error)
    }
  }

  private func unreachable(_ error: any Error) -> CommandFailure {
    let code = (error as? IOError)?.errnoCode
    if code == ENOENT || code == ECONNREFUSED || code == ENOTSOCK || code == ENOTDIR {
      return CommandFailure(
        .unreachable,
        "no daemon at '\(socketPath)'; start one with: kindred serve --data-dir DIR")
    }
    return CommandFailure(.unreachable, "cannot reach the daemon at '\(socketPath)': \(error)")
  }
}

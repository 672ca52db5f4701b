import HTTPClient
import JSONCodec
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Speaks the daemon's HTTP API over its control socket.
package struct DaemonClient: Sendable {
  package let socketPath: String
  private let http: HTTPClient

  private static let maxAnswerByteCount = 256 << 20
  /// `sun_path` has 108 bytes with the NUL on Linux, 104 on macOS.
  private static let maxSocketPathByteCount = 107

  /// Calls `body` with a client of the daemon at `socketPath`; the connections are closed afterwards.
  package static func withClient<R>(
    socketPath: String, _ body: (DaemonClient) async throws -> R
  ) async throws -> R {
    guard socketPath.utf8.count <= maxSocketPathByteCount else {
      throw CommandFailure(
        .usage,
        "the socket path '\(socketPath)' is longer than \(maxSocketPathByteCount) bytes, "
          + "which is all that Unix sockets allow; use a shorter or a relative path")
    }
    let http = HTTPClient(.socket(path: socketPath), maxAnswerByteCount: maxAnswerByteCount)
    defer { http.close() }
    return try await body(DaemonClient(socketPath: socketPath, http: http))
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

  /// The body of an answer that is no JSON.
  package func text(_ path: String) async throws(CommandFailure) -> String {
    let (status, bytes) = try await exchange(.GET, path, nil, .seconds(10))
    guard status == 200 else {
      throw CommandFailure("the daemon answered \(status) to GET \(path)")
    }
    return String(decoding: bytes, as: UTF8.self)
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

  private func exchange(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ timeout: TimeAmount
  ) async throws(CommandFailure) -> (status: Int, body: [UInt8]) {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
    if body != nil { head.headers.add(name: "content-type", value: "application/json") }
    do {
      let answer = try await http.exchange(
        head, body.map { ByteBuffer(bytes: $0) }, timeout: timeout)
      return (Int(answer.head.status.code), Array(answer.body.readableBytesView))
    } catch {
      throw unreachable(error)
    }
  }

  private func unreachable(_ error: any Error) -> CommandFailure {
    if error is HTTPClient.TimedOut {
      return CommandFailure(.unreachable, "the daemon at '\(socketPath)' has not answered in time")
    }
    let code = (error as? IOError)?.errnoCode
    if code == ENOENT || code == ECONNREFUSED || code == ENOTSOCK || code == ENOTDIR {
      return CommandFailure(
        .unreachable,
        "no daemon at '\(socketPath)'; start one with: kindred serve --data-dir DIR")
    }
    if code == EACCES {
      return CommandFailure(.unreachable, SocketAccess.refusal(socketPath))
    }
    return CommandFailure(.unreachable, "cannot reach the daemon at '\(socketPath)': \(error)")
  }
}

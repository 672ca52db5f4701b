import ArgumentParser
import KindredServer
import NIOCore
import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which daemon a command talks to.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's data directory; its control socket is in it.", valueName: "dir"))
  var dataDir: String?

  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "The address of any Kindred or Qdrant server, as in http://host:6333.", valueName: "url"))
  var url: String?

  @Option(
    help: ArgumentHelp(
      "With --url: a file with the API key; else it is read from KINDRED_API_KEY.",
      valueName: "file"))
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "With --url https://…: a PEM file with the certificates that the server's may lead to.",
      valueName: "file"))
  var caFile: String?

  @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "seconds"))
  var timeout: Double = 600

  /// Where the daemon of Debian's package keeps what it has; not for everybody to look into.
  private static let systemDirectory = "/var/lib/kindred"

  func validate() throws {
    guard [dataDir, socket, url].compactMap({ $0 }).count <= 1 || url == nil else {
      throw ValidationError("--url excludes --data-dir and --socket")
    }
    guard timeout >= 0.1, timeout <= 86_400 else {
      throw ValidationError("--timeout must be from 0.1 to 86400 seconds")
    }
  }

  /// The server, from `--url`, `--socket` or `--data-dir`, else from `KINDRED_URL`, `KINDRED_SOCKET` or
  /// `KINDRED_DATA_DIR`, else that of the system's daemon if one is installed.
  func access(
    environment: [String: String] = Machine.environment
  ) throws(CommandFailure) -> ServerAccess {
    var access = ServerAccess(try address(environment))
    access.timeout = Self.amount(ofSeconds: timeout)
    access.authorities = caFile
    guard case .url(let url) = access.address else {
      guard apiKeyFile == nil, caFile == nil else {
        throw CommandFailure(.usage, "--api-key-file and --ca-file go with --url")
      }
      return access
    }
    if caFile != nil, !url.isEncrypted {
      throw CommandFailure(.usage, "--ca-file is for https://, and \(url) is not encrypted")
    }
    access.key = try Self.key(apiKeyFile, environment)
    return access
  }

  /// - Parameter seconds: bounded.
  static func amount(ofSeconds seconds: Double) -> TimeAmount {
    .nanoseconds(Int64(exactly: (seconds * 1e9).rounded()) ?? .max)
  }

  /// The key from a file, or else from `KINDRED_API_KEY`.
  static func key(
    _ file: String?, _ environment: [String: String] = Machine.environment
  ) throws(CommandFailure) -> String? {
    if let file { return try ServerAccess.key(inFile: file) }
    guard let key = environment["KINDRED_API_KEY"], !key.isEmpty else { return nil }
    return try ServerAccess.checkedKey(key, "KINDRED_API_KEY")
  }

  private func address(
    _ environment: [String: String]
  ) throws(CommandFailure) -> ServerAccess.Address {
    if let url { return .url(try ServerURL(url)) }
    if let socket { return .socket(path: socket) }
    if let dataDir { return .socket(path: Self.socketPath(in: dataDir)) }
    return try Self.foundAddress(environment)
  }

  /// The address of the server that commands find without options.
  static func foundAddress(
    _ environment: [String: String]
  ) throws(CommandFailure) -> ServerAccess.Address {
    if let url = environment["KINDRED_URL"], !url.isEmpty { return .url(try ServerURL(url)) }
    if let socket = environment["KINDRED_SOCKET"], !socket.isEmpty { return .socket(path: socket) }
    if let directory = environment["KINDRED_DATA_DIR"], !directory.isEmpty {
      return .socket(path: socketPath(in: directory))
    }
    if isThere(systemDirectory) {
      return .socket(path: socketPath(in: systemDirectory + "/data"))
    }
    throw CommandFailure(
      .usage,
      "which daemon? Give --data-dir DIR, --socket PATH or --url URL, or set KINDRED_SOCKET or "
        + "KINDRED_URL")
  }

  /// The data directory, from `--data-dir`, else from `KINDRED_DATA_DIR`; nil where a socket or a URL is
  /// given instead.
  func dataDirectory(
    environment: [String: String] = Machine.environment
  ) -> String? {
    if let dataDir { return dataDir }
    if socket != nil || url != nil { return nil }
    for name in ["KINDRED_URL", "KINDRED_SOCKET"] where !(environment[name] ?? "").isEmpty {
      return nil
    }
    return environment["KINDRED_DATA_DIR"].flatMap { $0.isEmpty ? nil : $0 }
  }

  func withClient<R>(_ body: (DaemonClient) async throws -> R) async throws -> R {
    try await DaemonClient.withClient(access(), body)
  }

  static func socketPath(in directory: String) -> String {
    (directory.hasSuffix("/") ? directory : directory + "/") + ControlSocket.fileName
  }
}

/// Whether there is anything at a path.
private func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

import ArgumentParser
import StorageIO

#if canImport(Glibc)
  import Glibc
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

  /// Where the daemon of Debian's package keeps what it has; not for everybody to look into.
  private static let systemDirectory = "/var/lib/kindred"

  /// The socket, from `--socket` or `--data-dir`, else from `KINDRED_SOCKET` or `KINDRED_DATA_DIR`,
  /// else that of the system's daemon if one is installed.
  func socketPath(
    environment: [String: String] = Machine.environment
  ) throws(CommandFailure) -> String {
    if let socket { return socket }
    if let dataDir { return Self.socketPath(in: dataDir) }
    if let socket = environment["KINDRED_SOCKET"], !socket.isEmpty { return socket }
    if let directory = environment["KINDRED_DATA_DIR"], !directory.isEmpty {
      return Self.socketPath(in: directory)
    }
    if access(Self.systemDirectory, F_OK) == 0 {
      return Self.socketPath(in: Self.systemDirectory + "/data")
    }
    throw CommandFailure(
      .usage, "which daemon? Give --data-dir DIR or --socket PATH, or set KINDRED_SOCKET")
  }

  /// The data directory, from `--data-dir`, else from `KINDRED_DATA_DIR`; nil where a socket is
  /// given instead.
  func dataDirectory(
    environment: [String: String] = Machine.environment
  ) -> String? {
    if let dataDir { return dataDir }
    if socket != nil || !(environment["KINDRED_SOCKET"] ?? "").isEmpty { return nil }
    return environment["KINDRED_DATA_DIR"].flatMap { $0.isEmpty ? nil : $0 }
  }

  func withClient<R>(_ body: (DaemonClient) async throws -> R) async throws -> R {
    try await DaemonClient.withClient(socketPath: socketPath(), body)
  }

  static func socketPath(in directory: String) -> String {
    (directory.hasSuffix("/") ? directory : directory + "/") + "kindred.sock"
  }
}

import JSONCodec
import Kindred
import StorageIO

extension ConnectionOptions {
  /// Asks the files of the data directory, or, when a daemon has them open, the daemon.
  func onDirectory(
    _ offline: (_ directory: String) throws(StoreError) -> JSONValue,
    orDaemon online: (DaemonClient) async throws -> JSONValue
  ) async throws -> JSONValue {
    guard let directory = dataDirectory() else { return try await withClient(online) }
    do {
      return try offline(directory)
    } catch StoreError.storage(.locked(let path, let holder)) {
      do {
        return try await DaemonClient.withClient(
          socketPath: Self.socketPath(in: directory), online)
      } catch let failure as CommandFailure where failure.reason == .unreachable {
        throw CommandFailure(.unreachable, "'\(path)' is in use by \(holder)")
      }
    } catch {
      throw CommandFailure(storing: error)
    }
  }

  /// The data directory, for commands that need the files themselves.
  func requiredDataDirectory() throws(CommandFailure) -> String {
    guard let directory = dataDirectory() else {
      throw CommandFailure(.usage, "which data directory? Give --data-dir DIR")
    }
    return directory
  }
}

extension CommandFailure {
  init(storing error: StoreError) {
    switch error {
    case .storage(.io(_, let path, Errno.notFound)):
      self.init(.noInput, "there is no data directory or file at '\(path)'")
    case .storage(.locked(let path, let holder)):
      self.init(.unreachable, "'\(path)' is in use by \(holder); stop it first")
    case .storage(.newerFormat), .storage(.corrupt):
      self.init(.noInput, error.description)
    default: self.init(error.description)
    }
  }
}

/// A path as another process understands it.
func absolutePath(_ path: String) -> String {
  path.hasPrefix("/") ? path : Machine.workingDirectory + "/" + path
}

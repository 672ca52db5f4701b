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
    case .storage(let storage):
      let message = error.description + storage.advice
      switch storage {
      case .newerFormat, .corrupt: self.init(.noInput, message)
      default: self.init(message)
      }
    default: self.init(error.description)
    }
  }
}

extension StorageError {
  /// The commands that help with damage, or the remedy for a refusal of the system; begins with a
  /// semicolon, or is empty.
  var advice: String {
    if case .corrupt = self { return "; see `kindred check` and `kindred repair`" }
    guard case .io(let operation, let path, let code) = self else { return "" }
    switch code {
    case Errno.readOnly:
      return "; it is mounted read-only: a daemon has to write, while kindred check and kindred "
        + "backup only read"
    case Errno.noPermission:
      return operation.contains("create")
        ? "; this user needs permission to write in '\(Self.parent(path))'"
        : "; only its owner may: do it as the daemon's user, or as root"
    case Errno.notFound where operation.contains("create"):
      return "; make the folder that it is to be in first: mkdir -p '\(Self.parent(path))'"
    case Errno.noSpace, Errno.quotaExceeded:
      return "; make room, or choose another disk"
    default: return ""
    }
  }

  private static func parent(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

/// A path as another process understands it.
func absolutePath(_ path: String) -> String {
  path.hasPrefix("/") ? path : Machine.workingDirectory + "/" + path
}

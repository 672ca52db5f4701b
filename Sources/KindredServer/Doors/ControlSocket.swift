#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Unix-domain socket inside the data directory.
package enum ControlSocket {
  /// What `sockaddr_un` holds, without its final zero.
  package static let maxPathByteCount = 107

  /// Where the daemon of a data directory listens.
  /// - Throws: when the system could not bind or connect to so long a path.
  package static func path(in dataDirectory: String) throws(DaemonError) -> String {
    let trimmed =
      dataDirectory.count > 1 && dataDirectory.hasSuffix("/")
      ? String(dataDirectory.dropLast()) : dataDirectory
    let path = trimmed + "/kindred.sock"
    guard path.utf8.count <= maxPathByteCount else {
      throw DaemonError(
        "the control socket's path '\(path)' has \(path.utf8.count) bytes, the system allows "
          + "\(maxPathByteCount); use a data directory with a shorter path")
    }
    return path
  }

  /// Lets nobody but the owner connect. The umask saw to that at bind already; this says so whatever
  /// the umask was.
  static func restrict(_ path: String) {
    chmod(path, 0o600)
  }

  /// Leaves anything but a socket where it is.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
    unlink(path)
  }
}

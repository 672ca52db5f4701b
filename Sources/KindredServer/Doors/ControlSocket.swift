#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Unix-domain socket inside the data directory.
package enum ControlSocket {
  /// The bytes of a path that `sockaddr_un` holds, without its final zero.
  package static let maxPathByteCount = 107

  package static let fileName = "kindred.sock"

  /// Where the daemon of a data directory listens.
  /// - Throws: when the system could not bind or connect to so long a path.
  package static func path(in dataDirectory: String) throws(DaemonError) -> String {
    let trimmed =
      dataDirectory.count > 1 && dataDirectory.hasSuffix("/")
      ? String(dataDirectory.dropLast()) : dataDirectory
    let path = trimmed + "/" + fileName
    guard path.utf8.count <= maxPathByteCount else {
      throw DaemonError(
        "the control socket's path '\(path)' has \(path.utf8.count) bytes, the system allows "
          + "\(maxPathByteCount); use a data directory with a shorter path")
    }
    return path
  }

  /// Lets the owner connect and, if there is a group, its members, who may also pass through the data
  /// directory to get there; nothing else in it is theirs to read. The umask kept everybody else away
  /// from bind on; this says so whatever the umask was.
  /// - Throws: when the system does not let us give socket or directory to the group.
  static func open(_ path: String, to group: SystemGroup?) throws(DaemonError) {
    guard let group else {
      chmod(path, 0o600)
      return
    }
    guard chown(path, uid_t.max, group.id) == 0, chmod(path, 0o660) == 0 else {
      throw refusal(path, group)
    }
    let directory = String(path[..<path.lastIndex(of: "/")!])
    var status = stat()
    guard stat(directory, &status) == 0 else { throw refusal(directory, group) }
    let isPassable =
      status.st_mode & 0o001 != 0 || status.st_gid == group.id && status.st_mode & 0o010 != 0
    if isPassable { return }
    // The former group's rights are not handed on.
    let mode = status.st_mode & 0o707 | 0o010
    guard chown(directory, uid_t.max, group.id) == 0, chmod(directory, mode) == 0 else {
      throw refusal(directory, group)
    }
  }

  private static func refusal(_ path: String, _ group: SystemGroup) -> DaemonError {
    let reason = String(cString: strerror(errno))
    return DaemonError(
      "cannot give '\(path)' to the group '\(group.name)' (`socket-group`): \(reason); the daemon's "
        + "user must own it and be a member of the group")
  }

  /// Leaves anything but a socket where it is.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
    unlink(path)
  }
}

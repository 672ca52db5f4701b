#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Explains to somebody who may not use a control socket who may.
enum SocketAccess {
  /// The reason why this process cannot reach the socket, and the remedy.
  static func refusal(_ path: String) -> String {
    // The folders on the way first: from outside of them nobody sees the socket.
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      let name = folder.hasPrefix("//") ? String(folder.dropFirst()) : folder
      if !name.isEmpty, name != "/", access(name, X_OK) != 0, errno == EACCES {
        return "no permission to enter '\(name)'\(owners(of: name)); " + remedy(name)
      }
    }
    return "no permission to use '\(path)'\(owners(of: path)); " + remedy(path)
  }

  /// `, which belongs to the user kindred and the group kindred`
  private static func owners(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    return ", which belongs to the user \(userName(status.st_uid)) and the group "
      + groupName(status.st_gid)
  }

  private static func remedy(_ path: String) -> String {
    var status = stat()
    let admitsGroup =
      stat(path, &status) == 0
      && status.st_mode & (status.st_mode & S_IFMT == S_IFDIR ? 0o010 : 0o060) != 0
    guard admitsGroup else {
      return "only that user and root may, unless the daemon's `socket-group` names a group"
    }
    let group = groupName(status.st_gid)
    return "you (\(userName(geteuid()))) are not in that group: "
      + "sudo usermod -aG \(group) \(userName(geteuid())), and log in again"
  }

  private static func userName(_ id: uid_t) -> String {
    getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)"
  }

  private static func groupName(_ id: gid_t) -> String {
    getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
  }
}

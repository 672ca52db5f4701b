#if canImport(Glibc)
  import Glibc

  /// The process at the other end of a Unix-domain socket, as the kernel noted it on connecting.
  struct PeerCredentials {
    private let user: uid_t
    /// The process' own group, then its supplementary ones.
    private let groups: [gid_t]

    /// Linux' `struct ucred`, which the C library's module hides.
    private struct UserCredentials {
      var process: pid_t = 0
      var user: uid_t = 0
      var group: gid_t = 0
    }

    /// Linux' `SO_PEERGROUPS` (since 4.13), which the module hides too.
    private static let peerGroups: CInt = 59

    /// - Returns: nil when the system does not say.
    init?(socket: CInt) {
      var credentials = UserCredentials()
      var byteCount = socklen_t(MemoryLayout<UserCredentials>.size)
      guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &byteCount) == 0 else {
        return nil
      }
      user = credentials.user
      groups = [credentials.group] + Self.supplementaryGroups(of: socket)
    }

    /// Says how many there are when the room is too small for them.
    private static func supplementaryGroups(of socket: CInt) -> [gid_t] {
      var groups: [gid_t] = []
      var byteCount: socklen_t = 0
      while true {
        let result = getsockopt(socket, SOL_SOCKET, peerGroups, &groups, &byteCount)
        let count = Int(byteCount) / MemoryLayout<gid_t>.size
        if result == 0 { return Array(groups.prefix(count)) }
        guard errno == ERANGE, count > groups.count else { return [] }
        groups = Array(repeating: 0, count: count)
      }
    }

    func isAdmitted(_ group: SystemGroup?) -> Bool {
      if user == geteuid() || user == 0 { return true }
      guard let group else { return false }
      return groups.contains(group.id)
    }
  }
#endif

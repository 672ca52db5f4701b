#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A group of the system's users.
package struct SystemGroup: Equatable, Sendable {
  package let name: String
  package let id: gid_t

  /// - Parameter text: a name, or a number, which need not have one.
  /// - Returns: nil when the system knows no such group.
  package init?(_ text: String) {
    if let id = gid_t(text), id != .max {
      self.init(name: text, id: id)
    } else if let group = getgrnam(text) {
      self.init(name: text, id: group.pointee.gr_gid)
    } else {
      return nil
    }
  }

  package init(name: String, id: gid_t) {
    self.name = name
    self.id = id
  }
}

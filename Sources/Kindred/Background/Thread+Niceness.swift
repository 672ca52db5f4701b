import Foundation

extension Thread {
  /// Lets threads that are less nice go first where there are not processors enough. On Linux, where a
  /// nice value belongs to one thread, for the calling one; elsewhere nothing.
  ///
  /// - Parameter niceness: from 0, as searches are, to 19. It cannot be taken back.
  static func beNice(_ niceness: CInt) {
    #if canImport(Glibc)
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
    #endif
  }
}

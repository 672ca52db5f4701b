#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ends the daemon with the program that started it, however that ends: the program holds the other end
/// of the pipe that is our standard input.
package enum StandardInputWatch {
  /// From now on the end of standard input is a SIGTERM.
  package static func start() throws(DaemonError) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let code = pthread_create(
      &thread, nil,
      { _ in
        var byte: UInt8 = 0
        var count = 0
        repeat {
          count = read(STDIN_FILENO, &byte, 1)
        } while count > 0 || count < 0 && errno == EINTR
        kill(getpid(), SIGTERM)
        return nil
      }, nil)
    guard code == 0 else {
      throw DaemonError("no thread could be started to watch standard input")
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      pthread_detach(thread!)
    #endif
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads of our own.
///
/// Unlike Foundation, this says when the system has no room for another thread (`ulimit -u`,
/// `ulimit -v`, a control group); otherwise a caller could wait forever for one that never runs.
package enum SystemThread {
  /// Starts a thread that runs `body` and ends with it.
  ///
  /// - Parameters:
  ///   - name: what debuggers and `top` show; Linux cuts it off after 15 bytes.
  ///   - niceness: from 0, as searches are, to 19: threads that are less nice go first where there are
  ///     not processors enough. On Linux only, where it belongs to one thread.
  /// - Throws: `.io`, an error that may pass.
  package static func start(
    _ name: String, niceness: CInt = 0, _ body: @escaping @Sendable () -> Void
  ) throws(StorageError) {
    let code = create(Start(name: name, niceness: niceness, body: body))
    guard code == 0 else {
      throw StorageError.io(operation: "start the thread", path: name, code: code)
    }
  }

  /// - Returns: 0 or why there is no thread.
  private static func create(_ start: Start) -> CInt {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackByteCount)
    let argument = Unmanaged.passRetained(start).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(&thread, &attributes, runThread, argument)
    pthread_attr_destroy(&attributes)
    if code != 0 { Unmanaged<Start>.fromOpaque(argument).release() }
    return code
  }

  /// Reading nests as deep as filters and prefetches do.
  package static let stackByteCount = 8 << 20

  /// The arguments that a new thread begins with.
  private final class Start: Sendable {
    let name: String
    let niceness: CInt
    let body: @Sendable () -> Void

    init(name: String, niceness: CInt, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.niceness = niceness
      self.body = body
    }
  }

  fileprivate static func run(_ argument: UnsafeMutableRawPointer) {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    #if canImport(Darwin)
      pthread_setname_np(start.name)
    #else
      name(Array(start.name.utf8))
    #endif
    #if canImport(Glibc)
      if start.niceness > 0 {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, start.niceness)
      }
    #endif
    start.body()
  }

  #if !canImport(Darwin)
    /// Names the calling thread. (The call for it is one of those that C shows on request only.)
    private static func name(_ name: [UInt8]) {
      let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { return }
      _ = write(file, name, name.count)
      close(file)
    }
  #endif
}

#if canImport(Darwin)
  private func runThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    SystemThread.run(argument)
    return nil
  }
#else
  private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { SystemThread.run(argument) }
    return nil
  }
#endif

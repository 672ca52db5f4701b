import Logging
import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Daemon {
  /// Serves until SIGTERM or SIGINT. A second signal ends the process at once, which is safe: every
  /// acknowledged write is on disk, and the next start replays the log. SIGHUP has the files of TLS read
  /// again, unless it says that the terminal has gone, which stops like SIGTERM.
  package func runUntilSignalled(logger: Logger) async throws {
    try SignalWatch.start {
      self.reload()
    } onStop: { name in
      logger.info("stopping", metadata: ["signal": "\(name)"])
      self.stop()
    } onOverdue: {
      logger.warning(
        "not everything has ended in time; nothing acknowledged is lost: the next start replays the log"
      )
    }
    try await run()
    // A thread may still be replaying the log, which the end of a process cuts off safely.
    if case .draining(.none) = gate.current { _exit(0) }
  }
}

/// Hears signals on a thread that is there before anything else is, so that neither other work nor
/// a lack of memory or threads keeps the process from ending.
private enum SignalWatch {
  /// How long a stop may take before the process ends without it.
  private static let patience: CUnsignedInt = 9

  private static let isStopping = Atomic(false)
  /// The end of a pipe that the handler writes a signal's number into.
  private static let writeEnd = Atomic<CInt>(-1)

  /// - Parameters:
  ///   - onReload: called at each SIGHUP.
  ///   - onStop: called with the name of the first signal to stop; the second ends the process.
  ///   - onOverdue: called before the process ends because a stop takes too long.
  static func start(
    onReload: @escaping @Sendable () -> Void, onStop: @escaping @Sendable (String) -> Void,
    onOverdue: @escaping @Sendable () -> Void
  ) throws {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw DaemonError("cannot make a pipe for signals: \(Errno.message(errno))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writeEnd.store(ends[1], ordering: .releasing)
    isStopping.store(false, ordering: .releasing)
    // Who has it ignored, as nohup does, wants the daemon to outlive the terminal.
    let outlivesTerminal = isIgnored(signal(SIGHUP, handle))
    let hadTerminal = hasTerminal && !outlivesTerminal
    try SystemThread.start("kindred.signals") { [readEnd = ends[0]] in
      while true {
        var number: UInt8 = 0
        while read(readEnd, &number, 1) != 1 {}
        guard CInt(number) == SIGHUP else {
          onStop(CInt(number) == SIGTERM ? "SIGTERM" : "SIGINT")
          break
        }
        if hadTerminal, !hasTerminal {
          isStopping.store(true, ordering: .relaxed)
          onStop("SIGHUP")
          break
        }
        onReload()
      }
      sleep(patience)
      onOverdue()
      _exit(0)
    }
    for number in [SIGTERM, SIGINT] { signal(number, handle) }
  }

  /// Whether there is a terminal whose end would be told by SIGHUP.
  private static var hasTerminal: Bool {
    let descriptor = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  private static func isIgnored(_ handler: (@convention(c) (CInt) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Calls nothing that a signal must not interrupt.
  private static let handle: @convention(c) (CInt) -> Void = { number in
    if number != SIGHUP, isStopping.exchange(true, ordering: .relaxed) { _exit(1) }
    let interrupted = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
    errno = interrupted
  }
}

import Dispatch
import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Daemon {
  /// Serves until SIGTERM or SIGINT. A second signal ends the process at once, which is safe: every
  /// acknowledged write is on disk, and the next start replays the log.
  package func runUntilSignalled(logger: Logger) async throws {
    let watch = SignalWatch([SIGTERM, SIGINT]) { name in
      logger.info("stopping", metadata: ["signal": "\(name)"])
      self.stop()
    } onOverdue: {
      logger.warning(
        "not everything has ended in time; nothing acknowledged is lost: the next start replays the log"
      )
    }
    defer { withExtendedLifetime(watch) {} }
    try await run()
    // A thread may still be replaying the log, which the end of a process cuts off safely.
    if case .draining(.none) = gate.current { _exit(0) }
  }
}

/// Hears signals on a queue with a thread of its own, however busy all others are.
private final class SignalWatch {
  private let sources: [any DispatchSourceSignal]

  /// How long a stop may take before the process ends without it.
  private static let patience = DispatchTimeInterval.seconds(9)

  /// - Parameters:
  ///   - onFirst: called with the first signal's name; the second ends the process.
  ///   - onOverdue: called before the process ends because a stop takes too long.
  init(
    _ signals: [Int32], onFirst: @escaping @Sendable (String) -> Void,
    onOverdue: @escaping @Sendable () -> Void
  ) {
    let queue = DispatchQueue(label: "kindred.signals", qos: .userInteractive)
    let isStopping = Atomic(false)
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if isStopping.exchange(true, ordering: .relaxed) { _exit(1) }
        onFirst(number == SIGTERM ? "SIGTERM" : "SIGINT")
        queue.asyncAfter(deadline: .now() + Self.patience) {
          onOverdue()
          _exit(0)
        }
      }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}

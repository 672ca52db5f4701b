import Logging
import UnixSignals

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Daemon {
  /// Serves until SIGTERM or SIGINT. A second signal ends the process at once, which is safe: every
  /// acknowledged write is on disk, and the next start replays the log.
  package func runUntilSignalled(logger: Logger) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let watch = Task {
      var isStopping = false
      for await signal in signals {
        if isStopping { _exit(1) }
        isStopping = true
        logger.info("stopping", metadata: ["signal": "\(signal)"])
        Task { await self.stop() }
      }
    }
    defer { watch.cancel() }
    try await run()
  }
}

import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C (and SIGTERM) in the middle of a long piece of work: says what is kept and ends the command.
enum Interruption {
  private static let words = Mutex<@Sendable () -> String?>({ nil })
  private static let isWatched = Atomic(false)
  /// The end of a pipe that the handler writes a signal's number into.
  private static let writeEnd = Atomic<CInt>(-1)

  /// From now on an interruption says this, instead of ending the command without a word. Where there is
  /// nothing to say, because ending it is what it was waiting for, the command ends with 0.
  ///
  /// - Parameter words: called on a thread of its own.
  static func say(_ words: @escaping @Sendable () -> String?) {
    self.words.withLock { $0 = words }
    guard !isWatched.exchange(true, ordering: .acquiringAndReleasing) else { return }
    // Without a thread or a pipe, the system's default action remains.
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writeEnd.store(ends[1], ordering: .releasing)
    do {
      try SystemThread.start("kindred.signals") { [readEnd = ends[0]] in
        var number: UInt8 = 0
        while read(readEnd, &number, 1) != 1 {}
        end(CInt(number))
      }
    } catch { return }
    for number in [SIGINT, SIGTERM] { signal(number, handle) }
  }

  private static func end(_ number: CInt) -> Never {
    let text = words.withLock { $0 }()
    if Terminal.standardError.width != nil { printError("\r\u{1B}[K", terminator: "") }
    guard let text else {
      StandardOutput.flush()
      _exit(0)
    }
    printError("kindred: interrupted; \(text)")
    _exit(128 + number)
  }

  /// Calls nothing that a signal must not interrupt. A second signal ends the process.
  private static let handle: @convention(c) (CInt) -> Void = { number in
    signal(number, SIG_DFL)
    let interrupted = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
    errno = interrupted
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard error, a line at a time.
///
/// Requests are logged where they are answered, so nobody may have to wait for who reads the log: while a
/// pipe is full, lines are dropped and counted.
enum LogOutput {
  /// Held while a line is written, so that the room that has been seen is still there, and lines of
  /// several threads do not mix.
  private static let dropped = Mutex(0)

  static var droppedLineCount: Int { dropped.withLock { $0 } }

  static func write(_ line: String) {
    var line = line
    dropped.withLock { dropped in
      var output = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      // A pipe that is ready has room for 4,096 bytes (PIPE_BUF), which is more than a request's line has.
      guard poll(&output, 1, 0) != 0 else { return dropped += 1 }
      line.withUTF8 { bytes in
        #if canImport(Glibc)
          let written = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #else
          let written = Darwin.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #endif
        // The disk is full, or the reader has gone.
        if written != bytes.count { dropped += 1 }
      }
    }
  }
}

import ArgumentParser
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes a result to standard output, with a newline.
///
/// In this module it takes the place of Swift's own `print`, whose parameters it therefore has to have:
/// that one tells nobody when a disk is full.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  StandardOutput.write(items.map { "\($0)" }.joined(separator: separator) + terminator)
}

/// Standard output, whose end or failure ends the command: a program that reads only the beginning
/// (`| head -1`) has what it wanted, and results that could not be written are an error.
enum StandardOutput {
  private static let buffer = Mutex<[UInt8]>([])
  private static let maxBufferedByteCount = 1 << 16

  /// Makes the end of a pipe's reader an error of ours to look at, and not a signal that ends the process.
  static func expectClosedPipes() { signal(SIGPIPE, SIG_IGN) }

  static func write(_ text: String) { write(text.utf8) }

  static func write(_ more: some Sequence<UInt8>) {
    let isFull = buffer.withLock { bytes in
      bytes += more
      return bytes.count >= maxBufferedByteCount
    }
    if isFull || Terminal.standardOutput.width != nil { flush() }
  }

  /// Hands what has been written on to the system. Called before the process ends.
  static func flush() {
    let bytes = buffer.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
    guard let code = writeAll(bytes) else { return }
    if code == EPIPE { _exit(0) }
    printError("kindred: cannot write the output: \(String(cString: strerror(code)))")
    _exit(CommandFailure.Reason.output.rawValue)
  }

  /// - Returns: why not everything could be written.
  private static func writeAll(_ bytes: [UInt8]) -> CInt? {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = rest.withUnsafeBytes { Darwin.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
        let count = rest.withUnsafeBytes { Musl.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      #endif
      guard count < 0 else {
        rest = rest.dropFirst(count)
        continue
      }
      let code = errno
      switch code {
      case EINTR: continue
      case EAGAIN:
        // Somebody has made the descriptor non-blocking.
        var writable = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = poll(&writable, 1, -1)
      default: return code
      }
    }
    return nil
  }
}

import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a long result goes: standard output, or a new file that has its name only once it is whole.
final class OutputFile {
  private let path: String?
  private let partPath: String
  private var descriptor: Int32 = -1
  private var pending: [UInt8] = []

  private static let enoughBytes = 1 << 18

  /// - Parameters:
  ///   - path: nil for standard output.
  ///   - replaces: whether it may take the place of a file that is there.
  /// - Throws: `CommandFailure` where there is such a file already, or there cannot be one.
  init(_ path: String?, replaces: Bool = false) throws(CommandFailure) {
    self.path = path
    partPath = (path ?? "") + ".part"
    guard let path else { return }
    guard replaces || access(path, F_OK) != 0 else {
      throw CommandFailure(.output, "'\(path)' exists already; choose another name")
    }
    descriptor = open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(partPath) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    _ = close(descriptor)
    _ = unlink(partPath)
  }

  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    guard path != nil else { return StandardOutput.write(bytes) }
    pending += bytes
    if pending.count >= Self.enoughBytes { try writePending() }
  }

  /// Gives the file its name, once everything is on disk.
  func finish() throws(CommandFailure) {
    guard let path else { return StandardOutput.flush() }
    try writePending()
    guard fsync(descriptor) == 0, rename(partPath, path) == 0 else { throw failure(path) }
    _ = close(descriptor)
    descriptor = -1
  }

  private func writePending() throws(CommandFailure) {
    var rest = pending[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in systemWrite(descriptor, bytes) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(partPath) }
      rest = rest.dropFirst(count)
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func failure(_ path: String) -> CommandFailure {
    CommandFailure(.output, "cannot write '\(path)': \(Errno.message(errno))")
  }
}

/// `write(2)`, out of the reach of methods of that name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

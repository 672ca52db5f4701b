import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file without a name, gone with the process whatever ends it.
final class UnnamedFile {
  private let descriptor: Int32
  private let folder: String
  private let purpose: String
  private(set) var byteCount = 0

  /// `TMPDIR`, else `/var/tmp`, which is on a disk where `/tmp` may be in memory.
  static var folder: String {
    let chosen = Machine.environment["TMPDIR"] ?? ""
    return chosen.isEmpty ? "/var/tmp" : chosen
  }

  /// - Parameter purpose: what happens in it, for messages, as in `ratings are sorted`.
  init(in folder: String, where purpose: String) throws(CommandFailure) {
    self.folder = folder
    self.purpose = purpose
    var template = Array("\(folder)/kindred-XXXXXX\0".utf8)
    descriptor = template.withUnsafeMutableBytes { bytes in
      let path = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      let descriptor = mkstemp(path)
      if descriptor >= 0 { _ = unlink(path) }
      return descriptor
    }
    guard descriptor >= 0 else { throw failure("make a file") }
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
    var done = 0
    while done < bytes.count {
      let result = pwrite(
        descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(byteCount + done))
      if result < 0, errno == EINTR { continue }
      guard result > 0 else { throw failure("write") }
      done += result
    }
    byteCount += bytes.count
  }

  func append(_ bytes: some Collection<UInt8>) throws(CommandFailure) {
    var failure: CommandFailure?
    Array(bytes).withUnsafeBytes { bytes in
      do throws(CommandFailure) { try append(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Fills `buffer` with the bytes from `offset` on.
  /// - Returns: how many there were.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(CommandFailure) -> Int {
    var done = 0
    while done < buffer.count {
      let result = pread(
        descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if result < 0, errno == EINTR { continue }
      guard result >= 0 else { throw failure("read") }
      if result == 0 { break }
      done += result
    }
    return done
  }

  func failure(_ operation: String) -> CommandFailure {
    CommandFailure(
      "cannot \(operation) in '\(folder)', where \(purpose): \(Errno.message(errno)); "
        + "set TMPDIR to a folder with room")
  }
}

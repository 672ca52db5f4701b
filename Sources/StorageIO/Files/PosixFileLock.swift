import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An exclusive `flock` on a file that says who holds it.
///
/// The kernel gives the lock back when the process ends, however it ends, so a text left behind by a
/// killed process means nothing. The file is never removed: two processes could otherwise lock two
/// different files of the same name.
final class PosixFileLock: FileLock {
  private let descriptor: Atomic<Int32>
  private static let maxHolderByteCount = 4096

  init(path: String, holder: String) throws(StorageError) {
    let (descriptor, isWritable) = try Self.open(path)
    do throws(StorageError) {
      try Self.take(descriptor, path: path)
      guard isWritable else {
        self.descriptor = Atomic(descriptor)
        return
      }
      do throws(StorageError) {
        try Self.write(holder, to: descriptor, path: path)
      } catch  where error.isOutOfSpace {
        // Others will not learn who holds it; a full disk is no reason not to start.
      }
    } catch {
      closeDescriptor(descriptor)
      throw error
    }
    self.descriptor = Atomic(descriptor)
  }

  deinit { release() }

  func release() {
    let descriptor = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
    guard descriptor >= 0 else { return }
    // The text goes first, while nobody else can have written theirs.
    _ = ftruncate(descriptor, 0)
    // Closing would not do while a child of this process, on its way to another program, has a copy.
    _ = flock(descriptor, LOCK_UN)
    closeDescriptor(descriptor)
  }

  /// Opens the file for locking. Where nothing can be written, an existing file can still be locked,
  /// which is enough for a reader.
  private static func open(
    _ path: String
  ) throws(StorageError) -> (descriptor: Int32, isWritable: Bool) {
    do throws(StorageError) {
      return (
        try check("open", path) { openDescriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW) }, true
      )
    } catch {
      guard case .io(_, _, let code) = error, [EROFS, EACCES, EPERM].contains(code),
        case let descriptor = openDescriptor(path, O_RDONLY | O_NOFOLLOW), descriptor >= 0
      else { throw error }
      return (descriptor, false)
    }
  }

  private static func take(_ descriptor: Int32, path: String) throws(StorageError) {
    do throws(StorageError) {
      try check("lock", path) { flock(descriptor, LOCK_EX | LOCK_NB) }
    } catch .io(_, _, EWOULDBLOCK) {
      throw StorageError.locked(path: path, holder: presentHolder(descriptor))
    }
  }

  /// The holder's text, or a placeholder if it has not got to it yet.
  private static func presentHolder(_ descriptor: Int32) -> String {
    var text = [UInt8](repeating: 0, count: maxHolderByteCount)
    let byteCount = pread(descriptor, &text, text.count, 0)
    guard byteCount > 0 else { return "another process" }
    return String(decoding: text.prefix(byteCount), as: UTF8.self)
  }

  private static func write(
    _ holder: String, to descriptor: Int32, path: String
  ) throws(StorageError) {
    let text = Array(holder.utf8.prefix(maxHolderByteCount))
    try check("write to", path) { ftruncate(descriptor, 0) }
    try text.withRawBytes { (bytes) throws(StorageError) in
      _ = try transfer(
        byteCount: bytes.count, operation: "write to", path: path, stopsAtZero: false
      ) { pwrite(descriptor, bytes.baseAddress! + $0, $1, off_t($0)) }
    }
  }
}

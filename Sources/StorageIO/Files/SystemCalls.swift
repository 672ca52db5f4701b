#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// The system calls whose names or behaviour differ between platforms, or collide with the names of
// our own methods. Each returns what the call returns: −1 with `errno` set where it fails.

/// Opens without waiting, so that a named pipe without another end can be opened and then be told
/// from a file. (Opening a file or a directory never waits.)
func openDescriptor(_ path: String, _ flags: Int32, permissions: mode_t = 0o600) -> Int32 {
  open(path, flags | O_CLOEXEC | O_NONBLOCK, permissions)
}

func closeDescriptor(_ descriptor: Int32) {
  // Never tried again on EINTR: Linux has freed the descriptor by then.
  _ = close(descriptor)
}

func renamePath(_ source: String, _ destination: String) -> Int32 { rename(source, destination) }
func linkPath(_ source: String, _ destination: String) -> Int32 { link(source, destination) }

/// Brings the file's bytes to the platter, and of its metadata what is needed to read them back.
func synchronizeBytes(_ descriptor: Int32) -> Int32 {
  #if canImport(Darwin)
    // Plain fsync stops at the drive's volatile cache there.
    let result = fcntl(descriptor, F_FULLFSYNC)
    return result == -1 && (errno == ENOTSUP || errno == EINVAL) ? fsync(descriptor) : result
  #else
    return fdatasync(descriptor)
  #endif
}

/// Gives `0 ..< byteCount` of the file blocks of their own; 1 where the file system cannot.
func allocateBlocks(_ descriptor: Int32, _ byteCount: Int) -> Int32 {
  #if canImport(Darwin)
    var request = fstore_t()
    request.fst_flags = UInt32(F_ALLOCATEALL)
    request.fst_posmode = F_PEOFPOSMODE
    request.fst_length = off_t(byteCount)
    let error = fcntl(descriptor, F_PREALLOCATE, &request) == -1 ? errno : 0
  #else
    let error = posix_fallocate(descriptor, 0, off_t(byteCount))
  #endif
  switch error {
  case 0: return 0
  case EOPNOTSUPP, ENOTSUP, ENOSYS, EINVAL: return 1
  default:
    errno = error
    return -1
  }
}

/// The result of `lstat` and `fstat`.
struct FileStatus {
  let byteCount: Int
  let isRegularFile: Bool
  let isDirectory: Bool

  /// The status of the path itself, not of the target of a symbolic link. Nil if the call fails.
  init?(linkAt path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    byteCount = Int(status.st_size)
    isRegularFile = status.st_mode & S_IFMT == S_IFREG
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }
}

/// Repeats a call while a signal interrupts it, and throws what else goes wrong.
@discardableResult
func check<Result: FixedWidthInteger>(
  _ operation: String, _ path: String, _ call: () -> Result
) throws(StorageError) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    if errno != EINTR { throw StorageError.io(operation: operation, path: path, code: errno) }
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file descriptor of the operating system.
final class PosixFile: File {
  let path: String
  /// −1 once closed, so that a second `close` cannot hit a descriptor that someone else has got
  /// since, and every later call fails with `EBADF`.
  private let descriptor: Atomic<Int32>

  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = Atomic(descriptor)
  }

  deinit { close() }

  private var openDescriptor: Int32 { descriptor.load(ordering: .acquiring) }

  func byteCount() throws(StorageError) -> Int {
    guard let status = FileStatus(descriptor: openDescriptor) else {
      throw StorageError.io(operation: "measure", path: path, code: errno)
    }
    return status.byteCount
  }

  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(StorageError) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    let descriptor = openDescriptor
    return try transfer(
      byteCount: buffer.count, operation: "read", path: path, stopsAtZero: true
    ) { pread(descriptor, base + $0, $1, off_t(offset + $0)) }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageError) {
    guard let base = bytes.baseAddress else { return }
    let descriptor = openDescriptor
    _ = try transfer(
      byteCount: bytes.count, operation: "write to", path: path, stopsAtZero: false
    ) { pwrite(descriptor, base + $0, $1, off_t(offset + $0)) }
  }

  func reserve(byteCount: Int) throws(StorageError) {
    let descriptor = openDescriptor
    try check("reserve room for", path) { allocateBlocks(descriptor, byteCount) }
    // Not every platform's call extends the file; ours always does.
    if try self.byteCount() < byteCount { try truncate(to: byteCount) }
  }

  func truncate(to byteCount: Int) throws(StorageError) {
    let descriptor = openDescriptor
    try check("truncate", path) { ftruncate(descriptor, off_t(byteCount)) }
  }

  func synchronize() throws(StorageError) {
    // Not even an interrupted sync is tried again: what it has marked clean is unknown.
    guard synchronizeBytes(openDescriptor) == 0 else {
      throw StorageError.io(operation: "synchronize", path: path, code: errno)
    }
  }

  func close() {
    let descriptor = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
    if descriptor >= 0 { closeDescriptor(descriptor) }
  }
}

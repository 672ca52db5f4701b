#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Owns a read-only mapping of a whole file; `SharedBytes` cut from it keep it alive.
///
/// Invariant: nobody shortens a file that is mapped, or reading beyond its new end would be a
/// SIGBUS. The store maps only files that are written once and never changed, and removing a file
/// leaves its mappings intact.
final class MappedFile {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int

  private init(base: UnsafeMutableRawPointer, byteCount: Int) {
    self.base = base
    self.byteCount = byteCount
  }

  deinit { munmap(base, byteCount) }

  /// Gives the pages back that lie within these bytes.
  func releasePages(from start: UnsafeRawPointer, count: Int) {
    let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (start - UnsafeRawPointer(base) + pageByteCount - 1) / pageByteCount
    let last = (start + count - UnsafeRawPointer(base)) / pageByteCount
    guard first < last else { return }
    _ = madvise(base + first * pageByteCount, (last - first) * pageByteCount, MADV_DONTNEED)
  }

  static func map(_ path: String) throws(StorageError) -> SharedBytes {
    let descriptor = try check("open", path) { openDescriptor(path, O_RDONLY | O_NOFOLLOW) }
    // A mapping outlives its descriptor.
    defer { closeDescriptor(descriptor) }
    guard let status = FileStatus(descriptor: descriptor) else {
      throw StorageError.io(operation: "measure", path: path, code: errno)
    }
    if status.isDirectory { throw StorageError.io(operation: "map", path: path, code: EINVAL) }
    guard status.isRegularFile else {
      throw StorageError.corrupt(path: path, offset: 0, expected: "a file and nothing else")
    }
    guard status.byteCount > 0 else { return .empty }
    guard let base = mmap(nil, status.byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
      base != MAP_FAILED
    else { throw StorageError.io(operation: "map", path: path, code: errno) }
    let file = MappedFile(base: base, byteCount: status.byteCount)
    return SharedBytes(owner: file, base: base, count: status.byteCount)
  }
}

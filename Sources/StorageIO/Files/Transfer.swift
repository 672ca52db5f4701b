#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Moves `byteCount` bytes by as many system calls as it takes: a call may be interrupted by a
/// signal, or move fewer bytes than asked for.
///
/// - Parameters:
///   - stopsAtZero: a call that moves nothing is the end of the file (reading); otherwise it is an
///     input/output error, since trying again might never end (writing).
///   - move: moves up to `count` bytes from `offset` on, and returns how many, or −1 and `errno`.
/// - Returns: how many bytes have been moved: `byteCount`, or fewer at the end of the file.
package func transfer(
  byteCount: Int, operation: String, path: String, stopsAtZero: Bool,
  _ move: (_ offset: Int, _ count: Int) -> Int
) throws(StorageError) -> Int {
  // Larger calls fail on Darwin and are cut short on Linux.
  let maxCallByteCount = 1 << 30
  var moved = 0
  while moved < byteCount {
    let result = move(moved, min(byteCount - moved, maxCallByteCount))
    if result > 0 {
      moved += result
    } else if result == 0 {
      if stopsAtZero { break }
      throw StorageError.io(operation: operation, path: path, code: EIO)
    } else if errno != EINTR {
      throw StorageError.io(operation: operation, path: path, code: errno)
    }
  }
  return moved
}

/// The seam under every file operation. The store talks to the disk through this protocol only, so a
/// test can replace the disk by one that forgets unsynced bytes, tears writes, or fails at will.
///
/// Paths are absolute strings. Nothing here buffers: a call has reached the kernel when it returns,
/// and the platter only after `synchronize`.
package protocol FileSystem: Sendable {
  /// Opens a file. `.create` fails if it exists (`O_EXCL`), makes it 0600; all modes use
  /// `O_CLOEXEC | O_NOFOLLOW`.
  func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any File
  /// Maps a whole file read-only. The mapping stays valid after the file is removed. Only for files
  /// that nobody changes any more: reading past the end of a shortened one kills the process.
  func map(_ path: String) throws(StorageError) -> SharedBytes
  /// Whether there is anything at the path, be it a symbolic link that leads nowhere.
  func exists(_ path: String) throws(StorageError) -> Bool
  /// Names (not paths) in the directory, sorted, without `.` and `..`.
  func list(_ directory: String) throws(StorageError) -> [String]
  /// Makes one directory, 0700; no error if it exists already.
  func createDirectory(_ path: String) throws(StorageError)
  /// Atomically replaces `destination`. Durable after `synchronizeDirectory` of its parent.
  func rename(_ source: String, to destination: String) throws(StorageError)
  /// Gives the file a second name (a hard link). Fails where `destination` exists. Durable after
  /// `synchronizeDirectory` of the destination's parent.
  func link(_ source: String, to destination: String) throws(StorageError)
  /// Removes a file.
  func remove(_ path: String) throws(StorageError)
  /// Removes an empty directory.
  func removeDirectory(_ path: String) throws(StorageError)
  /// `fsync` of the directory itself: its entries are durable afterwards.
  func synchronizeDirectory(_ path: String) throws(StorageError)
  /// Takes an exclusive `flock` on `path` (created if missing) and writes `holder` into it; throws
  /// `.locked` with the present holder's text when somebody else has it. On a read-only file system
  /// it takes the lock of a file that is there, and writes nothing.
  func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock
  /// Bytes that an unprivileged writer may still use on the device of `path`.
  func availableByteCount(_ path: String) throws(StorageError) -> Int
}

/// The way to open a file.
package enum FileMode: Sendable {
  /// An existing file, for reading only.
  case read
  /// A new file, read and write; an error if the path exists.
  case create
  /// An existing file, read and write.
  case update
}

/// An open file. One thread at a time writes; reads may be concurrent.
package protocol File: AnyObject, Sendable {
  /// The path that the file was opened by; it may have been renamed or removed since.
  var path: String { get }
  /// The file's length as of now.
  func byteCount() throws(StorageError) -> Int
  /// Reads up to `buffer.count` bytes at `offset`; fewer only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StorageError) -> Int
  /// Writes all of `bytes` at `offset` (`pwrite`, short writes and EINTR continued).
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageError)
  /// Reserves blocks for `0 ..< byteCount`, so that later writes there neither fail for lack of room
  /// nor change the file's metadata. The file is at least `byteCount` long afterwards, what is new
  /// of it reads as zeros. Where the file system cannot reserve, only the length changes.
  func reserve(byteCount: Int) throws(StorageError)
  /// Makes the file `byteCount` long: cuts what is beyond, or adds zeros. Durable after
  /// `synchronize`.
  func truncate(to byteCount: Int) throws(StorageError)
  /// `fdatasync`: every byte written so far survives a crash when this returns. After a failure the
  /// kernel may have dropped the bytes: never call it again on the same data, fail the store.
  func synchronize() throws(StorageError)
  /// Gives the file back; harmless if done already. Says nothing about durability.
  func close()
}

/// Held until `release` or the process ends.
package protocol FileLock: AnyObject, Sendable {
  /// Gives the lock back; harmless if done already.
  func release()
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The disk, through the operating system's own calls.
///
/// Files are made 0600 and directories 0700. Files are never opened through a symbolic link in the
/// last component, so nobody can point a file of the store elsewhere.
package struct PosixFileSystem: FileSystem {
  /// The file system of this process; it has no state of its own.
  package init() {}

  /// Opens a regular file.
  /// - Throws: `.io` where the call fails, also for a directory; `.corrupt` for anything else that
  ///   is not a regular file, such as a pipe.
  package func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any File {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .create: O_RDWR | O_CREAT | O_EXCL
      case .update: O_RDWR
      }
    let operation = mode == .create ? "create" : "open"
    let descriptor = try check(operation, path) { openDescriptor(path, flags | O_NOFOLLOW) }
    let file = PosixFile(path: path, descriptor: descriptor)
    // A directory can be opened for reading, but there is nothing to read in it.
    let status = FileStatus(descriptor: descriptor)
    if status?.isDirectory == true {
      throw StorageError.io(operation: operation, path: path, code: EISDIR)
    }
    guard status?.isRegularFile == true else {
      throw StorageError.corrupt(path: path, offset: 0, expected: "a file and nothing else")
    }
    return file
  }

  /// Maps a whole regular file read-only (`mmap`); an empty one is mapped to no bytes.
  /// - Throws: `.io` where a call fails; `.corrupt` for what is neither a file nor a directory.
  package func map(_ path: String) throws(StorageError) -> SharedBytes {
    try MappedFile.map(path)
  }

  /// Whether there is anything at the path; a symbolic link is not followed.
  /// - Throws: `.io` where that cannot be found out, for instance for lack of permission.
  package func exists(_ path: String) throws(StorageError) -> Bool {
    if FileStatus(linkAt: path) != nil { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw StorageError.io(operation: "look up", path: path, code: errno)
  }

  /// The names in the directory, sorted, without `.` and `..`.
  package func list(_ directory: String) throws(StorageError) -> [String] {
    guard let stream = opendir(directory) else {
      throw StorageError.io(operation: "list", path: directory, code: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      // Read through the pointer: an entry is shorter than the declared `dirent`, so copying one
      // could read beyond the directory stream's buffer.
      let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = UnsafeRawPointer(entry) + nameOffset
      names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
    }
    guard errno == 0 else {
      throw StorageError.io(operation: "list", path: directory, code: errno)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Makes one directory, 0700; no error if it exists already.
  package func createDirectory(_ path: String) throws(StorageError) {
    do throws(StorageError) {
      try check("create directory", path) { mkdir(path, 0o700) }
    } catch .io(_, _, EEXIST) where FileStatus(path: path)?.isDirectory == true {
    }
  }

  /// Moves a file, atomically replacing what is at `destination` (`rename`).
  package func rename(_ source: String, to destination: String) throws(StorageError) {
    try check("rename", source) { renamePath(source, destination) }
  }

  /// Gives a file a second name (`link`); an error where `destination` exists.
  package func link(_ source: String, to destination: String) throws(StorageError) {
    try check("link", source) { linkPath(source, destination) }
  }

  /// Removes a file (`unlink`); an error where there is none.
  package func remove(_ path: String) throws(StorageError) {
    try check("remove", path) { unlink(path) }
  }

  /// Removes an empty directory (`rmdir`).
  package func removeDirectory(_ path: String) throws(StorageError) {
    try check("remove directory", path) { rmdir(path) }
  }

  /// Makes the directory's entries durable (`fsync`). A file system that cannot synchronize
  /// directories (`EINVAL`) counts as having done so.
  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    let descriptor = try check("open", path) { openDescriptor(path, O_RDONLY | O_DIRECTORY) }
    defer { closeDescriptor(descriptor) }
    // EINVAL: a file system whose directories cannot be synchronized has nothing to promise here.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw StorageError.io(operation: "synchronize", path: path, code: errno)
    }
  }

  /// Takes an exclusive `flock` on the file, which is made where it is missing.
  /// - Throws: `.locked` when another process has it; `.io` where a call fails.
  package func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock {
    try PosixFileLock(path: path, holder: holder)
  }

  /// Bytes that an unprivileged writer may still use on the device of `path` (`statvfs`).
  package func availableByteCount(_ path: String) throws(StorageError) -> Int {
    var status = statvfs()
    try check("measure the room at", path) { statvfs(path, &status) }
    let (bytes, overflow) = UInt64(status.f_bavail)
      .multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? Int.max : Int(clamping: bytes)
  }
}

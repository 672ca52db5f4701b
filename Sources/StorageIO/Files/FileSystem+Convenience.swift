extension FileSystem {
  /// Makes `path` hold exactly `bytes`, durably; a crash at any moment leaves the old file or the
  /// new one, never a mixture and never an empty file.
  ///
  /// The order is what makes it so: the temporary file's bytes are synced before the rename makes
  /// them visible (a rename may reach the disk before bytes that nobody synced), and the directory
  /// is synced last, since the rename itself is only a change of the directory. After an error the
  /// old file is still there, unless it was the last step that failed: then either may be.
  ///
  /// - Parameter previous: a path under which the old file stays, in the place of the one there, where
  ///   the file system can.
  package func writeAtomically(
    path: String, bytes: UnsafeRawBufferPointer, keepingOldAs previous: String? = nil
  ) throws(StorageError) {
    let temporary = path + temporarySuffix
    // Left behind by a crash.
    try removeIfPresent(temporary)
    do throws(StorageError) {
      let file = try open(temporary, .create)
      defer { file.close() }
      try file.write(bytes, at: 0)
      try file.synchronize()
      if let previous {
        // A second name, so that there is an old file or a new one at `path` all the time.
        try? removeIfPresent(previous)
        try? link(path, to: previous)
      }
      try rename(temporary, to: path)
    } catch {
      // The first error is the one to report; a leftover is removed next time.
      try? remove(temporary)
      throw error
    }
    try synchronizeDirectory(parentDirectory(of: path))
  }

  package func writeAtomically(
    path: String, bytes: [UInt8], keepingOldAs previous: String? = nil
  ) throws(StorageError) {
    try bytes.withRawBytes { (bytes) throws(StorageError) in
      try writeAtomically(path: path, bytes: bytes, keepingOldAs: previous)
    }
  }

  /// The whole file, copied to the heap: also right for files that may change or be cut later.
  /// - Parameter limit: bytes that are of interest; what is behind them is not read.
  package func readAll(_ path: String, upTo limit: Int = .max) throws(StorageError) -> SharedBytes {
    let file = try open(path, .read)
    defer { file.close() }
    return try file.readAll(upTo: limit)
  }

  /// Removes a file; no error if there is none.
  package func removeIfPresent(_ path: String) throws(StorageError) {
    do throws(StorageError) {
      try remove(path)
    } catch .io(_, _, Errno.notFound) {
    }
  }
}

extension File {
  /// The whole file, or its first `limit` bytes, copied to the heap.
  /// - Throws: `.io`, also where there is not enough memory.
  package func readAll(upTo limit: Int = .max) throws(StorageError) -> SharedBytes {
    let byteCount = min(try byteCount(), limit)
    let bytes = try SharedBytes(whereRoomFor: byteCount) { (buffer) throws(StorageError) in
      try read(into: buffer, at: 0)
    }
    guard let bytes else { throw .io(operation: "read", path: path, code: Errno.noMemory) }
    return bytes
  }
}

/// The suffix that `writeAtomically` gives a file until it is whole. Such files may be removed
/// whenever the directory is not being written to.
package let temporarySuffix = ".tmp"

/// The path up to its last component: `/a` of `/a/b`, `/` of `/a`, `.` of `a`.
package func parentDirectory(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

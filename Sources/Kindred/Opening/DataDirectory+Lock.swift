import StorageIO

extension DataDirectory {
  /// Calls `body` while no daemon can open the directory. A backup has no LOCK, so that it may lie
  /// where nothing can be written.
  func withLockIfPresent<R>(_ body: () throws(StoreError) -> R) throws(StoreError) -> R {
    let held = try translating { () throws(StorageError) -> (any FileLock)? in
      guard try fileSystem.exists(lock) else { return nil }
      return try fileSystem.lock(lock, holder: "a command that reads the directory")
    }
    defer { held?.release() }
    return try body()
  }
}

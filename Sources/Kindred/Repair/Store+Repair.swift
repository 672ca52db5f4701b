import StorageIO

extension Store {
  /// Says what a repair of a data directory that no process has open would keep; with a destination,
  /// makes a new directory of it there.
  ///
  /// The directory itself is never changed. The new one has passed a full check when it gets its name.
  public static func repair(
    _ directory: String, to destination: String? = nil
  ) throws(StoreError) -> RepairReport {
    try repair(directory, to: destination, fileSystem: PosixFileSystem())
  }

  package static func repair(
    _ directory: String, to destination: String? = nil, fileSystem: any FileSystem
  ) throws(StoreError) -> RepairReport {
    let directory = DataDirectory(directory, fileSystem)
    return try directory.withLockIfPresent { () throws(StoreError) in
      let repair = try Repair(directory)
      if let destination { try repair.write(to: destination) }
      return repair.report
    }
  }
}

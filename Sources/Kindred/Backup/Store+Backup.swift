import StorageIO

extension Store {
  /// Makes a backup of everything acknowledged before the call. Reading and writing go on meanwhile.
  ///
  /// Segment files are linked, not copied, where `destination` is on the same file system.
  /// - Parameter destination: a directory that does not exist yet; what appears there is whole.
  /// - Throws: `.invalid` where a segment is damaged.
  public func backUp(to destination: String) async throws(StoreError) -> BackupReport {
    // Files that are written from now on are whole.
    try await verify()
    let files = try await pinFiles()
    return try await onOwnThread { [directory] () throws(StoreError) in
      try Backup(files: files, directory: directory).write(to: destination, linking: true)
    }
  }

  /// Makes a backup of a data directory that no process has open.
  public static func backUp(
    _ directory: String, to destination: String
  ) throws(StoreError) -> BackupReport {
    try backUp(directory, to: destination, fileSystem: PosixFileSystem())
  }

  package static func backUp(
    _ directory: String, to destination: String, fileSystem: any FileSystem
  ) throws(StoreError) -> BackupReport {
    let directory = DataDirectory(directory, fileSystem)
    return try directory.withLockIfPresent { () throws(StoreError) in
      try Backup(directory).write(to: destination, linking: true)
    }
  }

  /// Makes a data directory of a backup, which stays as it is and shares nothing with it.
  ///
  /// The backup is checked in full, and so is what was made of it, before it gets its name.
  /// - Throws: `.invalid` with the first finding when one is not clean: nothing has been made then.
  public static func restore(
    _ backup: String, to destination: String
  ) throws(StoreError) -> BackupReport {
    try restore(backup, to: destination, fileSystem: PosixFileSystem())
  }

  package static func restore(
    _ backup: String, to destination: String, fileSystem: any FileSystem
  ) throws(StoreError) -> BackupReport {
    try requireClean(backup, fileSystem)
    let source = DataDirectory(backup, fileSystem)
    return try source.withLockIfPresent { () throws(StoreError) in
      let copy = try Backup(source)
      return try DirectoryBuilder.make(destination, fileSystem) { (builder) throws(StoreError) in
        let report = try translating { () throws(StorageError) in
          try copy.fill(builder, linking: false)
        }
        try requireClean(builder.directory.root, fileSystem)
        return report
      }
    }
  }

  static func requireClean(
    _ directory: String, _ fileSystem: any FileSystem
  ) throws(StoreError) {
    let report = try check(directory, .full, fileSystem: fileSystem)
    guard let finding = report.findings.first else { return }
    throw .invalid(
      "'\(directory)' is not whole, so nothing was made of it: '\(finding.path)': "
        + "\(finding.message); a check finds all that is wrong")
  }
}

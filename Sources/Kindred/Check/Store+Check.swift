import StorageIO
import Synchronization

extension Store {
  /// Checks a data directory that no process has open. Reads only.
  ///
  /// - Throws: `.storage` with what is not damage: `.locked`, `.newerFormat`, or `.io` when there is
  ///   no data directory.
  public static func check(
    _ directory: String, _ depth: CheckReport.Depth = .full
  ) throws(StoreError) -> CheckReport {
    try check(directory, depth, fileSystem: PosixFileSystem())
  }

  package static func check(
    _ directory: String, _ depth: CheckReport.Depth = .full, fileSystem: any FileSystem
  ) throws(StoreError) -> CheckReport {
    let directory = DataDirectory(directory, fileSystem)
    return try directory.withLockIfPresent { () throws(StoreError) in
      try translating { () throws(StorageError) in try DirectoryCheck.run(directory, depth) }
    }
  }

  /// Checks the files of this store as of now. Reading and writing go on meanwhile.
  /// - Throws: `.busy` while another check runs: each reads every file.
  public func check(_ depth: CheckReport.Depth = .full) async throws(StoreError) -> CheckReport {
    guard !isBeingChecked.exchange(true, ordering: .acquiring) else {
      throw .busy("the store is being checked already: ask again when that has ended")
    }
    defer { isBeingChecked.store(false, ordering: .releasing) }
    let files = try await pinFiles()
    return try await onOwnThread { [directory] () throws(StoreError) in
      try translating { () throws(StorageError) in
        var check = DirectoryCheck(directory, depth)
        try check.check(files)
        return check.report
      }
    }
  }

  func pinFiles() async throws(StoreError) -> PinnedFiles {
    try await withResult { maintenance.pin($0) }
  }

  /// Runs what takes long where it keeps nobody waiting.
  /// - Throws: `.storage` too, where there is no room for a thread.
  func onOwnThread<R: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> R
  ) async throws(StoreError) -> R {
    try await withResult { done in
      do throws(StorageError) {
        try SystemThread.start("kindred.task") {
          done(Result { () throws(StoreError) in try body() })
        }
      } catch {
        done(.failure(.storage(error)))
      }
    }
  }
}

/// stub
public struct PosixFileSystem: FileSystem {
  public init() {}
  public func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any File {
    preconditionFailure()
  }
  public func map(_ path: String) throws(StorageError) -> SharedBytes { preconditionFailure() }
  public func exists(_ path: String) throws(StorageError) -> Bool { preconditionFailure() }
  public func list(_ directory: String) throws(StorageError) -> [String] { preconditionFailure() }
  public func createDirectory(_ path: String) throws(StorageError) { preconditionFailure() }
  public func rename(_ source: String, to destination: String) throws(StorageError) {
    preconditionFailure()
  }
  public func link(_ source: String, to destination: String) throws(StorageError) {
    preconditionFailure()
  }
  public func remove(_ path: String) throws(StorageError) { preconditionFailure() }
  public func removeDirectory(_ path: String) throws(StorageError) { preconditionFailure() }
  public func synchronizeDirectory(_ path: String) throws(StorageError) { preconditionFailure() }
  public func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock {
    preconditionFailure()
  }
  public func availableByteCount(_ path: String) throws(StorageError) -> Int {
    preconditionFailure()
  }
}

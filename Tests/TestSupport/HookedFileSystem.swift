package import StorageIO

/// A file system that lets a test do something before a file is opened, on the opening thread.
package struct HookedFileSystem: FileSystem {
  private let base: any FileSystem
  private let willOpen: @Sendable (_ path: String, FileMode) -> Void

  package init(
    _ base: any FileSystem, willOpen: @escaping @Sendable (_ path: String, FileMode) -> Void
  ) {
    self.base = base
    self.willOpen = willOpen
  }

  package func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any File {
    willOpen(path, mode)
    return try base.open(path, mode)
  }

  package func map(_ path: String) throws(StorageError) -> SharedBytes { try base.map(path) }
  package func exists(_ path: String) throws(StorageError) -> Bool { try base.exists(path) }
  package func list(_ path: String) throws(StorageError) -> [String] { try base.list(path) }
  package func createDirectory(_ path: String) throws(StorageError) {
    try base.createDirectory(path)
  }
  package func rename(_ source: String, to destination: String) throws(StorageError) {
    try base.rename(source, to: destination)
  }
  package func link(_ source: String, to destination: String) throws(StorageError) {
    try base.link(source, to: destination)
  }
  package func remove(_ path: String) throws(StorageError) { try base.remove(path) }
  package func removeDirectory(_ path: String) throws(StorageError) {
    try base.removeDirectory(path)
  }
  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    try base.synchronizeDirectory(path)
  }
  package func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock {
    try base.lock(path, holder: holder)
  }
  package func availableByteCount(_ path: String) throws(StorageError) -> Int {
    try base.availableByteCount(path)
  }
}

import StorageIO

/// An archive that is arriving from a client, in a temporary file. One thread at a time uses it.
public final class ArchiveUpload: Sendable {
  let path: String
  private let file: any File
  private let fileSystem: any FileSystem

  init(in folder: ArchiveFolder) throws(StorageError) {
    let directory = folder.directory
    fileSystem = directory.fileSystem
    try fileSystem.createDirectory(directory.archives)
    let number = String(UInt64.random(in: .min ... .max), radix: 16)
    path = directory.archives + "/upload-" + number + temporarySuffix
    file = try fileSystem.open(path, .create)
  }

  /// Appends bytes that begin at `offset` of the whole.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) {
    do throws(StorageError) {
      try file.write(bytes, at: offset)
    } catch {
      throw .storage(error)
    }
  }

  /// Removes the file. Call it once, whatever became of the upload.
  package func remove() {
    file.close()
    // A leftover is removed at the next start.
    try? fileSystem.removeIfPresent(path)
  }
}

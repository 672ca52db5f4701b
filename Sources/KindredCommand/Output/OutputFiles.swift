import StorageIO

/// Writing new files for a person.
enum OutputFiles {
  /// Writes each file into the folder, which is made when it does not exist (its parent must).
  /// - Throws: `.io` with `Errno.exists` for a file that is there already; those before it stay.
  static func write(
    _ files: [(name: String, text: String)], to folder: String
  ) throws(StorageError) {
    let fileSystem = PosixFileSystem()
    try fileSystem.createDirectory(folder)
    for (name, text) in files {
      let file = try fileSystem.open("\(folder)/\(name)", .create)
      defer { file.close() }
      try Array(text.utf8).withRawBytes { (bytes) throws(StorageError) in
        try file.write(bytes, at: 0)
      }
    }
  }
}

import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  /// Says before long work that its result will not find a place.
  static func checkWritable(_ path: String) throws(CommandFailure) {
    let folder = parentDirectory(of: path)
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure("there is no folder '\(folder)' to write '\(path)' to")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw CommandFailure("no permission to write in '\(folder)'")
    }
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw CommandFailure("'\(path)' exists, and is not a file that could be replaced")
    }
  }

  /// Writes a file, in the place of the one that is there; that one stays where this fails.
  static func replace(_ path: String, with text: String) throws(CommandFailure) {
    let file = try OutputFile(path, replaces: true)
    try file.write(Array(text.utf8))
    try file.finish()
  }
}

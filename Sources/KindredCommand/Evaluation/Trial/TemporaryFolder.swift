import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder that is there as long as a command works in it, in `TMPDIR`, or `/var/tmp`, which is on a
/// disk where `/tmp` may be in memory. After a kill that cannot be caught it stays.
struct TemporaryFolder: Sendable {
  let path: String

  /// - Parameter name: begins the folder's name.
  private init(_ name: String) throws(CommandFailure) {
    let parent = UnnamedFile.folder
    var template = Array("\(parent)/\(name)-XXXXXX\0".utf8)
    let isMade = template.withUnsafeMutableBytes { bytes in
      mkdtemp(bytes.baseAddress!.assumingMemoryBound(to: CChar.self)) != nil
    }
    guard isMade else {
      throw CommandFailure(
        "cannot make a folder in '\(parent)': \(Errno.message(errno)); set TMPDIR to a folder with "
          + "room")
    }
    path = String(decoding: template.dropLast(), as: UTF8.self)
  }

  /// Calls the body with a new folder, which is removed afterwards, also where Ctrl-C ends the command.
  static func with<R>(
    _ name: String, _ body: (TemporaryFolder) async throws -> R
  ) async throws -> R {
    let folder = try TemporaryFolder(name)
    Interruption.say {
      folder.remove()
      return "nothing has been measured, and nothing changed"
    }
    defer { folder.remove() }
    return try await body(folder)
  }

  /// Removes what is in it.
  func clear() { Self.removeContents(of: path) }

  /// Removes it with everything in it. A store that is still open in it may be writing: what appears
  /// meanwhile is looked for again.
  func remove() {
    for _ in 0..<Self.attemptCount {
      Self.removeContents(of: path)
      if rmdir(path) == 0 || errno == ENOENT { return }
      usleep(10_000)
    }
  }

  private static let attemptCount = 100

  private static func removeContents(of folder: String) {
    let fileSystem = PosixFileSystem()
    for name in (try? fileSystem.list(folder)) ?? [] {
      let path = "\(folder)/\(name)"
      if unlink(path) == 0 { continue }
      removeContents(of: path)
      _ = rmdir(path)
    }
  }
}

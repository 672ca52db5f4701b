internal import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A new directory on the real disk, removed with all it holds when the value goes.
///
/// Its path is short, since the path of a Unix-domain socket inside may have 107 bytes at most.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base.hasSuffix("/") ? base : base + "/").utf8) + Array("kt-XXXXXX\0".utf8)
    path = template.withUnsafeMutableBytes { bytes in
      let pointer = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      precondition(mkdtemp(pointer) != nil, "no temporary directory: \(Errno.message(errno))")
      return String(cString: pointer)
    }
  }

  deinit { Self.removeTree(path) }

  /// The path of `name` inside.
  package func file(_ name: String) -> String { path + "/" + name }

  private static func removeTree(_ path: String) {
    let disk = PosixFileSystem()
    // Removing a file or a link works, a directory has to be emptied first.
    if (try? disk.remove(path)) != nil { return }
    for name in (try? disk.list(path)) ?? [] { removeTree(path + "/" + name) }
    try? disk.removeDirectory(path)
  }
}

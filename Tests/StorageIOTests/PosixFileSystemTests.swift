import StorageIO
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct PosixFileSystemTests {
  private let disk = PosixFileSystem()
  private let directory = TemporaryDirectory()

  private func permissions(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func make(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = directory.file(name)
    let file = try disk.open(path, .create)
    try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    file.close()
    return path
  }

  private func io(_ operation: String, _ path: String, _ code: Int32) -> StorageError {
    .io(operation: operation, path: path, code: code)
  }

  @Test func `what is written is read back, at any offset`() throws {
    let path = directory.file("f")
    let file = try disk.open(path, .create)
    try [1, 2, 3].withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 5) }
    try file.synchronize()
    #expect(file.path == path)
    #expect(try file.byteCount() == 5 + 3 * MemoryLayout<Int>.size)
    let bytes = try file.readAll()
    #expect(bytes.array.prefix(6) == [0, 0, 0, 0, 0, 1])
    try file.truncate(to: 6)
    #expect(try disk.readAll(path).array == [0, 0, 0, 0, 0, 1])
    #expect(try disk.map(path).array == [0, 0, 0, 0, 0, 1])
  }

  @Test func `reading is short only at the end`() throws {
    let file = try disk.open(try make("f", [1, 2, 3, 4]), .read)
    let bytes = try SharedBytes(capacity: 10) { (buffer) throws(StorageError) in
      try file.read(into: buffer, at: 2)
    }
    #expect(bytes.array == [3, 4])
    let beyond = try SharedBytes(capacity: 10) { (buffer) throws(StorageError) in
      try file.read(into: buffer, at: 100)
    }
    #expect(beyond.count == 0)
  }

  @Test func `create refuses a path that exists, open one that does not`() throws {
    let path = try make("f", [])
    #expect(throws: io("create", path, EEXIST)) { try disk.open(path, .create) }
    let missing = directory.file("missing")
    #expect(throws: io("open", missing, ENOENT)) { try disk.open(missing, .read) }
    #expect(throws: io("open", missing, ENOENT)) { try disk.open(missing, .update) }
    #expect(throws: io("open", missing, ENOENT)) { try disk.map(missing) }
    #expect(try !disk.exists(missing))
    #expect(try disk.exists(path))
    #expect(try !disk.exists(path + "/below a file"))
  }

  @Test func `a file open for reading cannot be written`() throws {
    let path = try make("f", [1])
    let file = try disk.open(path, .read)
    #expect(throws: io("write to", path, EBADF)) {
      try [UInt8(1)].withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    }
    let update = try disk.open(path, .update)
    try [UInt8(9)].withRawBytes { (bytes) throws(StorageError) in try update.write(bytes, at: 0) }
    #expect(try disk.readAll(path).array == [9])
  }

  @Test func `a closed file fails, and closing again is harmless`() throws {
    let path = directory.file("f")
    let file = try disk.open(path, .create)
    file.close()
    file.close()
    #expect(throws: io("measure", path, EBADF)) { try file.byteCount() }
    #expect(throws: io("synchronize", path, EBADF)) { try file.synchronize() }
  }

  @Test func `files and directories are their owner's alone`() throws {
    let old = umask(0)
    defer { umask(old) }
    let path = try make("f", [])
    try disk.createDirectory(directory.file("d"))
    _ = try disk.lock(directory.file("l"), holder: "me")
    #expect(permissions(path) == 0o600)
    #expect(permissions(directory.file("d")) == 0o700)
    #expect(permissions(directory.file("l")) == 0o600)
  }

  @Test func `symbolic links are not followed`() throws {
    let target = try make("target", [1, 2])
    let link = directory.file("link")
    #expect(symlink(target, link) == 0)
    #expect(throws: io("open", link, ELOOP)) { try disk.open(link, .read) }
    #expect(throws: io("open", link, ELOOP)) { try disk.open(link, .update) }
    #expect(throws: io("create", link, EEXIST)) { try disk.open(link, .create) }
    #expect(throws: io("open", link, ELOOP)) { try disk.map(link) }
    #expect(throws: io("open", link, ELOOP)) { try disk.lock(link, holder: "me") }
    try disk.remove(target)
    #expect(try disk.exists(link), "a link that points nowhere is there")
  }

  @Test func `a mapping survives removal and replacement of its file`() throws {
    let path = try make("f", Array(repeating: 7, count: 10_000))
    let bytes = try disk.map(path)
    try disk.rename(try make("other", [1]), to: path)
    #expect(bytes.array == Array(repeating: 7, count: 10_000))
    try disk.remove(path)
    let tail = bytes.slice(9_998..<10_000)
    #expect(tail.array == [7, 7])
  }

  @Test func `an empty file maps to no bytes, a directory does not map`() throws {
    #expect(try disk.map(try make("f", [])).count == 0)
    #expect(throws: io("map", directory.path, EINVAL)) { try disk.map(directory.path) }
  }

  @Test func `names are listed in order`() throws {
    for name in ["b", "a", "Ω", ".hidden"] { _ = try make(name, []) }
    try disk.createDirectory(directory.file("c"))
    #expect(try disk.list(directory.path) == [".hidden", "a", "b", "c", "Ω"])
    let missing = directory.file("missing")
    #expect(throws: io("list", missing, ENOENT)) { try disk.list(missing) }
  }

  @Test func `directories are made once, and removed only when empty`() throws {
    let path = directory.file("d")
    try disk.createDirectory(path)
    try disk.createDirectory(path)
    let inside = path + "/f"
    try disk.open(inside, .create).close()
    #expect(throws: io("remove directory", path, ENOTEMPTY)) { try disk.removeDirectory(path) }
    try disk.synchronizeDirectory(path)
    #expect(throws: io("create directory", inside, EEXIST)) { try disk.createDirectory(inside) }
    try disk.remove(inside)
    try disk.removeDirectory(path)
    #expect(try !disk.exists(path))
  }

  @Test func `a hard link shares the file and refuses to replace`() throws {
    let first = try make("a", [1])
    let second = directory.file("b")
    try disk.link(first, to: second)
    #expect(throws: io("link", first, EEXIST)) { try disk.link(first, to: second) }
    try disk.remove(first)
    #expect(try disk.readAll(second).array == [1])
  }

  @Test func `reserving makes room and reads as zeros`() throws {
    let path = try make("f", [1, 2, 3])
    let file = try disk.open(path, .update)
    try file.reserve(byteCount: 100_000)
    #expect(try file.byteCount() == 100_000)
    #expect(try file.readAll().array == [1, 2, 3] + Array(repeating: 0, count: 99_997))
    try file.reserve(byteCount: 10)
    #expect(try file.byteCount() == 100_000, "never shortens")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(Int(status.st_blocks) * 512 >= 100_000)
  }

  @Test func `reserving more than the disk has is out of space`() throws {
    let file = try disk.open(directory.file("f"), .create)
    #expect(try disk.availableByteCount(directory.path) > 0)
    // So much that it is refused at once: a little too much would fill the disk for a moment.
    #expect { try file.reserve(byteCount: 1 << 60) } throws: {
      guard case .io(_, _, let code)? = $0 as? StorageError else { return false }
      return code == ENOSPC || code == EFBIG
    }
  }

  @Test func `a second lock is refused and told who holds the first`() throws {
    let path = directory.file("LOCK")
    let lock = try disk.lock(path, holder: "process 17, socket /s")
    #expect(throws: StorageError.locked(path: path, holder: "process 17, socket /s")) {
      try disk.lock(path, holder: "process 18")
    }
    lock.release()
    lock.release()
    let next = try disk.lock(path, holder: "18")
    #expect(try disk.readAll(path).array == Array("18".utf8), "the old text is gone")
    next.release()
  }

  @Test func `a lock goes with its last reference`() throws {
    let path = directory.file("LOCK")
    do { _ = try disk.lock(path, holder: "a") }
    _ = try disk.lock(path, holder: "b")
  }
}

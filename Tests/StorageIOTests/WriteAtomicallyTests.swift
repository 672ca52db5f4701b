import StorageIO
import TestSupport
import Testing

@Suite struct WriteAtomicallyTests {
  private let disk = PosixFileSystem()
  private let directory = TemporaryDirectory()

  @Test func `a file is made, and replaced whole`() throws {
    let path = directory.file("f")
    try disk.writeAtomically(path: path, bytes: [1, 2, 3])
    #expect(try disk.readAll(path).array == [1, 2, 3])
    try disk.writeAtomically(path: path, bytes: [])
    #expect(try disk.readAll(path).count == 0)
    #expect(try disk.list(directory.path) == ["f"])
  }

  @Test func `a temporary file left by a crash is not in the way`() throws {
    let path = directory.file("f")
    try disk.open(path + temporarySuffix, .create).close()
    try disk.writeAtomically(path: path, bytes: [1])
    #expect(try disk.list(directory.path) == ["f"])
  }

  @Test func `after a failure the old file is there and no temporary one`() throws {
    // A directory cannot be replaced by a file.
    let path = directory.file("d")
    try disk.createDirectory(path)
    #expect(throws: StorageError.self) { try disk.writeAtomically(path: path, bytes: [1]) }
    #expect(try disk.list(directory.path) == ["d"])
  }

  @Test func `a missing file is removed without error`() throws {
    try disk.removeIfPresent(directory.file("missing"))
    #expect(throws: StorageError.self) { try disk.removeIfPresent(directory.path) }
  }

  @Test(
    "the parent of a path",
    arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b/c", "a/b")])
  func parent(path: String, parent: String) {
    #expect(parentDirectory(of: path) == parent)
  }
}

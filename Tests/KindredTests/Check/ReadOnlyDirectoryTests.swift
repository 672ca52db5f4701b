import Foundation
import Kindred
import StorageIO
import TestSupport
import Testing

/// Commands that only read, where nothing can be written.
@Suite struct ReadOnlyDirectoryTests {
  private let disk = SimulatedFileSystem()

  private func open(_ path: String) throws(StoreError) -> Store {
    try Store.open(path, options: StoreOptions(backgroundWork: false, fileSystem: disk))
  }

  private func makeDirectory() async throws -> StoreContents {
    let store = try open("/data")
    defer { store.abandon() }
    try await store.createCollection("c", CollectionConfiguration())
    for id in 0..<4 as Range<UInt64> {
      try await store.upsert([Point(id: .integer(id))], into: "c")
      if id == 1 { try await store.flush() }
    }
    return try StoreContents(store)
  }

  private func contents(_ path: String) throws -> StoreContents {
    let store = try open(path)
    defer { store.abandon() }
    return try StoreContents(store)
  }

  @Test func `it is checked, backed up, restored and repaired`() async throws {
    let expected = try await makeDirectory()
    disk.readOnlyFolder = "/data"
    #expect(try Store.check("/data", fileSystem: disk).findings == [])
    _ = try Store.backUp("/data", to: "/backup", fileSystem: disk)
    #expect(try Store.repair("/data", to: "/repaired", fileSystem: disk).lost == [])
    // LOCK is held, though nothing is written into it.
    #expect(disk.files["/data/LOCK"] != nil)
    #expect(throws: StoreError.self) { try open("/data") }
    disk.readOnlyFolder = "/backup"
    #expect(try Store.check("/backup", fileSystem: disk).findings == [])
    _ = try Store.restore("/backup", to: "/restored", fileSystem: disk)
    for path in ["/restored", "/repaired"] { #expect(try contents(path) == expected) }
    disk.readOnlyFolder = nil
    #expect(try contents("/data") == expected)
  }

  @Test func `a lock that is held is respected all the same`() async throws {
    _ = try await makeDirectory()
    let store = try open("/data")
    defer { store.abandon() }
    disk.readOnlyFolder = "/data"
    let error = #expect(throws: StoreError.self) {
      try Store.check("/data", fileSystem: disk)
    }
    guard case .storage(.locked)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a file of the operating system can be locked where it cannot be written`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("LOCK")
    let posix = PosixFileSystem()
    try posix.lock(path, holder: "a").release()
    #expect(chmod(path, 0o400) == 0)
    let lock = try posix.lock(path, holder: "b")
    #expect(throws: StorageError.self) { try posix.lock(path, holder: "c") }
    lock.release()
    try posix.lock(path, holder: "d").release()
  }

  @Test(arguments: [Errno.manyOpenFiles, Errno.noMemory])
  func `what could not be looked at is neither clean nor lost`(code: Int32) async throws {
    _ = try await makeDirectory()
    disk.fail { $0.operation == .map && $0.path.contains("/segments/") ? .error(code) : nil }
    let report = try Store.check("/data", fileSystem: disk)
    #expect(report.severity == .unchecked)
    #expect(report.findings.first?.message.contains(Errno.message(code)) == true)
    disk.fail { $0.operation == .map && $0.path.contains("/segments/") ? .error(Errno.io) : nil }
    #expect(try Store.check("/data", fileSystem: disk).severity == .dataLost)
  }
}

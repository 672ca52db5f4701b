import Foundation
import JSONCodec
import Kindred
import StorageIO
import TestSupport
import Testing

/// Data directories made by `tools/make-fixture`, one for each format there has been.
@Suite struct FormatFixtureTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

  static let formats: [String] = ((try? PosixFileSystem().list(folder.path)) ?? [])
    .filter { $0.hasPrefix("format-") }

  private let temporary = TemporaryDirectory()
  private let disk = PosixFileSystem()

  /// A copy that may be changed.
  private func copy(_ format: String) throws -> String {
    let copy = temporary.file(format)
    try FileManager.default.copyItem(
      at: Self.folder.appendingPathComponent(format).appendingPathComponent("data"),
      to: URL(fileURLWithPath: copy))
    return copy
  }

  private func contents(_ directory: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for folder in ["", "/wal", "/segments"] {
      for name in try disk.list(directory + folder) where name != "LOCK" {
        contents[folder + "/" + name] = try? disk.readAll(directory + folder + "/" + name).array
      }
    }
    return contents
  }

  @Test func `there is a fixture of today's format`() {
    #expect(Self.formats.contains("format-4"))
  }

  @Test(arguments: formats)
  func `a fixture is clean`(_ format: String) throws {
    #expect(try Store.check(copy(format)).findings == [])
  }

  @Test(arguments: formats)
  func `a fixture answers as it did when it was made`(_ format: String) async throws {
    let path = Self.folder.path + "/\(format)/answers.json"
    guard case .array(let answers) = try JSONValue.parse(disk.readAll(path).array) else {
      Issue.record("'\(path)' is no array")
      return
    }
    func ask(_ server: RunningServer) async throws {
      for answer in answers {
        guard case .string(let method) = "method".step(answer),
          case .string(let path) = "path".step(answer)
        else { continue }
        let body = "body".step(answer)
        let reply = try await server(method, path, body == .null ? Optional.none : body)
        #expect(reply["result"] == "result".step(answer), "\(method) \(path) \(body)")
      }
    }
    let directory = try copy(format)
    try await RunningServer.with(directory) { server async throws in
      try await ask(server)
      // The same after today's version has written it anew.
      _ = try await server("POST", "/compact")
      try await ask(server)
    }
    #expect(try Store.check(directory).findings == [])
  }

  @Test(arguments: formats, ["/MANIFEST", "/wal", "/segments"])
  func `a file of a newer format is refused and nothing is touched`(
    _ format: String, _ kind: String
  ) throws {
    let directory = try copy(format)
    let isFolder = kind != "/MANIFEST"
    let path = directory + kind + (isFolder ? "/\(try disk.list(directory + kind)[0])" : "")
    var newer = try disk.readAll(path).array
    newer[8] = 200
    // The checksums of what the version stands in.
    func seal(_ range: Range<Int>, at place: Int) {
      withUnsafeBytes(of: CRC32C.checksum(Array(newer[range]))) {
        newer.replaceSubrange(place..<place + 4, with: $0)
      }
    }
    switch kind {
    case "/wal": seal(0..<44, at: 44)
    case "/segments":
      let footer = newer.count - 40
      seal(0..<32, at: footer + 24)
      seal(footer..<footer + 28, at: footer + 28)
    default: seal(0..<newer.count - 4, at: newer.count - 4)
    }
    try Data(newer).write(to: URL(fileURLWithPath: path))
    let before = try contents(directory)
    for _ in 0..<2 {
      let error = #expect(throws: StoreError.self) { try Store.open(directory) }
      guard case .storage(.newerFormat(path, found: 200, _))? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(try contents(directory) == before)
    let checked = #expect(throws: StoreError.self) { try Store.check(directory) }
    guard case .storage(.newerFormat)? = checked else {
      Issue.record("\(String(describing: checked))")
      return
    }
    #expect(try contents(directory) == before)
  }
}

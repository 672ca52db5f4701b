import Examples
import Foundation
import TestSupport
import Testing

/// The programs of `docs/examples`, compiled and run.
struct ExampleTests {
  private func text(_ path: String) throws -> String {
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `the README's example is the one that is compiled`() throws {
    let example = try text("docs/examples/Recommender.swift")
    #expect(try text("README.md").contains("```swift\n" + example + "```"))
  }

  @Test func `the recommender runs`() async throws {
    let folder = try MovieLensFolder([:])
    let items = try await firstSteps(in: folder.path + "/store")
    #expect(items.map(\.id) == [1196, 589])
    #expect(items[0].score > items[1].score && items[1].score > 0)
  }

  @Test func `the keyword search runs`() async throws {
    let folder = try MovieLensFolder([:])
    let ids = try await keywordSearch(for: "which segment?", in: folder.path + "/store")
    #expect(ids == [.integer(2), .integer(1)])
  }

  @Test func `the payload updates run`() async throws {
    let folder = try MovieLensFolder([:])
    let (markedCount, ages) = try await markAdults(in: folder.path + "/store")
    #expect(markedCount == 2 && ages == 18 + 19 + 20)
  }

  @Test func `the backup runs`() async throws {
    let folder = try MovieLensFolder([:])
    let count = try await backUpAndRestore(
      folder.path + "/store", backup: folder.path + "/backup", restored: folder.path + "/restored")
    #expect(count == 1)
  }
}

import Foundation
import Testing

struct ReadmeTests {
  private func text(_ path: String) throws -> String {
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `the README's example is the one that is compiled`() throws {
    let example = try text("Tests/KindredCommandTests/ReadmeExample.swift")
    #expect(try text("README.md").contains("```swift\n" + example + "```"))
  }

  @Test func `the README's example runs`() async throws {
    let folder = try MovieLensFolder([:])
    let items = try await firstSteps(in: folder.path + "/store")
    #expect(items.map(\.id) == [1196, 589])
    #expect(items.map(\.score) == [1.5, 1])
  }
}

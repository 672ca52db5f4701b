import ArgumentParser
import JSONCodec

/// `kindred compact`: merges segments now instead of when the daemon thinks best.
struct CompactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Merge each collection's segments into one, now.",
    discussion: "The daemon compacts by itself; this is for before a backup or a benchmark.")

  @Argument(help: "Only this collection; all of them without it.")
  var collection: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let path = collection.map { "/collections/\(DaemonClient.escaped($0))/compact" } ?? "/compact"
    try await connection.withClient { client in _ = try await client.send(.POST, path) }
  }
}

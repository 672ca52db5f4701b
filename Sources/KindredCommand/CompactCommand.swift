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

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let path = collection.map { SetTarget.path($0) + "/compact" } ?? "/compact"
    Interruption.say { "the daemon goes on by itself, and nothing is lost" }
    let (before, after) = try await connection.withClient { client in
      let before = try await Self.sizes(collection, client)
      let activity = ActivityDisplay("compacting", isShown: progress)
      let work = Task { try await client.send(.POST, path) }
      let watch = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(250))
          let sizes = try await Self.sizes(collection, client)
          let count = sizes.reduce(0) { $0 + $1.segmentCount }
          activity.note("\(count) segments")
        }
      }
      defer { activity.end() }
      defer { watch.cancel() }
      _ = try await work.value
      return (before, try await Self.sizes(collection, client))
    }
    for now in after {
      guard let was = before.first(where: { $0.name.hasSameBytes(as: now.name) }) else { continue }
      print("\(now.name): \(was.text) → \(now.text)")
    }
  }

  private struct Size: Sendable {
    var name: String
    var segmentCount: Int
    var byteCount: Int

    var text: String {
      "\(segmentCount) \(segmentCount == 1 ? "segment" : "segments"), \(Figures.bytes(byteCount))"
    }
  }

  /// Segments and their bytes, for one collection or for all; the memtable is left out.
  private static func sizes(
    _ collection: String?, _ client: DaemonClient
  ) async throws -> [Size] {
    try JSONInput(await client.send(.GET, "/stats")).member("collections").elements().map {
      Size(
        name: try $0.string("name"), segmentCount: try $0.int("segments"),
        byteCount: try $0.int("segment_bytes"))
    }.filter { size in collection.map { $0.hasSameBytes(as: size.name) } ?? true }
  }
}

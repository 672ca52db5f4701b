import ArgumentParser
import JSONCodec

/// `kindred stats`: what the daemon holds and has done.
struct StatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Show what the daemon holds and has done.")

  @Flag(help: "Print the daemon's figures as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let result = try await connection.withClient { client in
      try await client.send(.GET, "/stats")
    }
    if json {
      print(result)
      return
    }
    do {
      for line in try Self.lines(JSONInput(result)) { print(line) }
    } catch {
      throw CommandFailure("the daemon's answer is not as expected: \(error)")
    }
  }

  private static func lines(_ stats: JSONInput) throws -> [String] {
    var collections = Table([
      .init("collection"), .init("points", .right), .init("segments", .right),
      .init("on disk", .right), .init("in memory", .right),
    ])
    for collection in try stats.member("collections").elements() {
      collections.rows.append([
        try collection.string("name"), Figures.grouped(try collection.int("points")),
        "\(try collection.int("segments"))", Figures.bytes(try collection.int("segment_bytes")),
        Figures.bytes(try collection.int("memtable_bytes")),
      ])
    }
    let (log, syncs) = (try stats.member("wal"), try stats.member("syncs"))
    let syncCount = try syncs.int("count")
    let syncSeconds = try syncs.double("seconds")
    var figures = Table([.init(""), .init("")])
    figures.rows = [
      ["log", "\(Figures.bytes(try log.int("bytes"))) in \(try log.int("files")) files"],
      [
        "syncs",
        Figures.grouped(syncCount)
          + (syncCount > 0
            ? ", \(Figures.fixed(syncSeconds / Double(syncCount) * 1000, places: 2)) ms each" : ""),
      ],
      ["flushes", Figures.grouped(try stats.int("flushes"))],
      ["compactions", Figures.grouped(try stats.int("compactions"))],
      ["disk free", Figures.bytes(try stats.int("disk_free_bytes"))],
    ]
    if let reason = try stats.optional("read_only") {
      figures.rows.append(["read-only", try reason.string()])
    }
    if let obstacle = try stats.optional("flush_obstacle") {
      figures.rows.append(["flush waits", try obstacle.string()])
    }
    return collections.lines() + [""] + figures.lines().dropFirst()
  }
}

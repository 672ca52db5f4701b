import ArgumentParser
import JSONCodec
import KindredServer

/// `kindred stats`: what the daemon holds and has done.
struct StatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Show what the daemon holds and has done.")

  @Flag(help: "Print the daemon's figures as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let (result, records) = try await connection.withClient { client in
      let stats = try await client.send(.GET, "/stats")
      return (stats, json ? [] : try await Self.records(stats, client))
    }
    if json {
      print(result)
      return
    }
    do {
      let width = Terminal.standardOutput.width
      for line in try Self.lines(JSONInput(result), width: width) { print(line) }
      if !records.isEmpty { print() }
      for (name, record) in records {
        print(DisplayWidth.harmless("\(name): \(record.description)"))
      }
    } catch {
      throw CommandFailure("the daemon's answer is not as expected: \(error)")
    }
  }

  /// Why segments were set aside as damaged: what was in them is lost to answers.
  static func quarantined(_ stats: JSONInput) throws -> [String] {
    try stats.member("recovery").optional("quarantined")?.elements().map { try $0.string() } ?? []
  }

  /// The records that loads have left in collections.
  private static func records(
    _ stats: JSONValue, _ client: DaemonClient
  ) async throws -> [(name: String, record: SetRecord)] {
    var records: [(name: String, record: SetRecord)] = []
    for collection in try JSONInput(stats).member("collections").elements() {
      let name = try collection.string("name")
      if let info = try await client.collection(name), let record = SetRecord(of: info),
        record.collection == name
      {
        records.append((name, record))
      }
    }
    return records
  }

  private static func lines(_ stats: JSONInput, width: Int?) throws -> [String] {
    var collections = Table([
      .init("collection"), .init("points", .right), .init("log only", .right),
      .init("segments", .right), .init("on disk", .right), .init("memory", .right),
    ])
    for collection in try stats.member("collections").elements() {
      collections.rows.append([
        try collection.string("name"), Figures.grouped(try collection.int("points")),
        Figures.grouped(try collection.int("memtable_points", default: 0)),
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
    for reason in try Self.quarantined(stats) { figures.rows.append(["set aside", reason]) }
    return collections.lines(width: width) + [""] + figures.lines(width: width).dropFirst()
  }
}

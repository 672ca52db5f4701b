import ArgumentParser
import JSONCodec

/// `kindred collections`: list them, make one, delete one.
struct CollectionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collections",
    abstract: "List, create and delete collections.",
    subcommands: [List.self, Create.self, Delete.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the collections.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let (infos, stats) = try await connection.withClient { client in
        // Only Kindred has this endpoint.
        let answer = try await client.ask(.GET, "/stats")
        let stats = answer.isUnknownRequest ? nil : JSONInput(try answer.result())
        let list = JSONInput(try await client.send(.GET, "/collections"))
        var infos: [(name: String, info: JSONInput)] = []
        for entry in try list.member("collections").elements() {
          let name = try entry.string("name")
          // A collection that was deleted meanwhile is left out.
          if let info = try await client.collection(name) { infos.append((name, JSONInput(info))) }
        }
        return (infos, stats)
      }
      if json {
        var object = JSONObject()
        for (name, info) in infos { object[name] = info.value }
        print(object)
        return
      }
      if let stats {
        try Self.show(infos, stats)
      } else {
        try Self.show(infos)
      }
    }

    /// With the figures of `kindred stats`, so that the two never differ.
    private static func show(_ infos: [(name: String, info: JSONInput)], _ stats: JSONInput) throws
    {
      var table = Table([
        .init("collection"), .init("points", .right), .init("log only", .right),
        .init("segments", .right), .init("vectors"),
      ])
      var figures: [ByteString: JSONInput] = [:]
      for collection in try stats.member("collections").elements() {
        figures[ByteString(try collection.string("name"))] = collection
      }
      for (name, info) in infos {
        guard let figures = figures[ByteString(name)] else { continue }
        table.rows.append([
          name, Figures.grouped(try figures.int("points")),
          Figures.grouped(try figures.int("memtable_points", default: 0)),
          Figures.grouped(try figures.int("segments")), try vectorNames(info),
        ])
      }
      for line in table.lines(width: Terminal.standardOutput.width) { print(line) }
      for reason in try StatsCommand.quarantined(stats) { printError("set aside: \(reason)") }
    }

    /// The table for another server, from what it says of its collections.
    private static func show(_ infos: [(name: String, info: JSONInput)]) throws {
      var table = Table([
        .init("collection"), .init("points", .right), .init("segments", .right), .init("vectors"),
      ])
      table.rows = try infos.map { name, info in
        [
          name, Figures.grouped(try info.int("points_count", default: 0)),
          Figures.grouped(try info.int("segments_count", default: 0)), try vectorNames(info),
        ]
      }
      for line in table.lines(width: Terminal.standardOutput.width) { print(line) }
    }

    /// Sparse ones, then dense ones.
    private static func vectorNames(_ info: JSONInput) throws -> String {
      let parameters = try info.member("config").member("params")
      var names = try parameters.optional("sparse_vectors")?.object().members.map(\.name) ?? []
      if let dense = try parameters.optional("vectors")?.object() {
        // The one without a name stands there by itself.
        names += dense["size"]?.asDouble != nil ? ["(dense)"] : dense.members.map(\.name)
      }
      return names.joined(separator: ", ")
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a collection.",
      discussion: """
        kindred collections create movielens --vector ratings
        kindred collections create articles --vector words:idf
        """)

    @Argument(help: "Its name.")
    var name: String

    @Option(
      help: ArgumentHelp(
        "A sparse vector, with :idf for inverse document frequency. Repeat for more; without any "
          + "the collection holds payloads only.", valueName: "name"))
    var vector: [String] = []

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      var vectors = JSONObject()
      for vector in vector {
        vectors[vector.hasSuffix(":idf") ? String(vector.dropLast(4)) : vector] =
          vector.hasSuffix(":idf") ? ["modifier": "idf"] : [:]
      }
      let body: JSONObject =
        vectors.isEmpty ? ["vectors": [:]] : ["sparse_vectors": .object(vectors)]
      try await connection.withClient { client in
        _ = try await client.send(.PUT, "/collections/\(DaemonClient.escaped(name))", body)
      }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete a collection with everything in it.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let wasThere = try await connection.withClient { client in
        try await client.send(.DELETE, "/collections/\(DaemonClient.escaped(name))")
      }
      if wasThere == false { throw CommandFailure("there is no collection '\(name)'") }
    }
  }
}

import ArgumentParser
import JSONCodec

/// Options for how a cluster spreads the collections that a command makes.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Make collections with so many shards, where the server is a cluster.", valueName: "n"))
  var shards: Int?

  @Option(help: ArgumentHelp("Keep so many replicas of each shard.", valueName: "n"))
  var replicas: Int?

  func validate() throws {
    for (name, value) in [("--shards", shards), ("--replicas", replicas)] {
      guard (1...10_000).contains(value ?? 1) else {
        throw ValidationError("\(name) must be from 1 to 10000")
      }
    }
  }

  var sharding: Sharding { Sharding(shardCount: shards, replicaCount: replicas) }

  struct Sharding: Sendable {
    var shardCount: Int?
    var replicaCount: Int?

    /// The description of a collection that is spread like this.
    /// - Parameter say: told where the server keeps everything on one machine all the same.
    func applied(
      to description: CollectionDescription, _ client: DaemonClient, _ say: (String) -> Void
    ) async throws -> CollectionDescription {
      var description = description
      description.configuration.merge(try await members(client, say))
      return description
    }

    /// The members that say so in a body which creates a collection.
    func members(_ client: DaemonClient, _ say: (String) -> Void) async throws -> JSONObject {
      guard shardCount != nil || replicaCount != nil else { return [:] }
      if try await client.isKindred {
        say("\(client.access) is one Kindred daemon: --shards and --replicas have no effect there")
        return [:]
      }
      var members: JSONObject = [:]
      if let shardCount { members["shard_number"] = .integer(Int64(shardCount)) }
      if let replicaCount { members["replication_factor"] = .integer(Int64(replicaCount)) }
      return members
    }
  }
}

extension DaemonClient {
  /// Whether the server has what only Kindred has.
  fileprivate var isKindred: Bool {
    get async throws(CommandFailure) { !(try await ask(.GET, "/stats").isUnknownRequest) }
  }
}

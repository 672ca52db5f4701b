import ArgumentParser
import JSONCodec
import NIOCore

/// `kindred copy`: collections from one server to another.
struct CopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copy collections between servers, Kindred or Qdrant.",
    discussion: """
        kindred copy ./data/movielens http://cluster:6333/movielens --shards 6
        kindred copy http://cluster:6333/movielens ./data/movielens
        kindred copy ./old ./new

      Each end is a URL, a data directory whose daemon runs, or its socket, followed by a slash and a \
      collection; a collection alone is one of the daemon that other commands find. Without a collection \
      all are copied, under their names.

      Copied are the configuration, payload indexes, and points with vectors and payload; not aliases, \
      snapshots and item models. In the end counts and a sample of points are compared. A copy that broke \
      off is completed with --resume, which sends what the target does not have.
      """)

  @Argument(help: "Where the points are.")
  var source: String

  @Argument(help: "Where they shall be.")
  var target: String

  @Flag(help: "Go on where the target has points already: send those that it does not have.")
  var resume = false

  @OptionGroup var shards: ShardOptions

  @Option(
    help: ArgumentHelp(
      "The source's API key; else, as for the target, it is read from KINDRED_API_KEY.",
      valueName: "file"))
  var sourceAPIKeyFile: String?

  @Option(help: ArgumentHelp("The target's API key.", valueName: "file"))
  var targetAPIKeyFile: String?

  @Option(
    help: ArgumentHelp("Certificates that the source's may lead to, in PEM.", valueName: "file"))
  var sourceCAFile: String?

  @Option(
    help: ArgumentHelp("Certificates that the target's may lead to, in PEM.", valueName: "file"))
  var targetCAFile: String?

  @Option(help: "The most points in one request.")
  var batchSize = 1000

  @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "seconds"))
  var timeout: Double = 600

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard batchSize > 0 else { throw ValidationError("--batch-size must be 1 or more") }
    guard timeout >= 0.1, timeout <= 86_400 else {
      throw ValidationError("--timeout must be from 0.1 to 86400 seconds")
    }
  }

  func run() async throws {
    let wait = ConnectionOptions.amount(ofSeconds: timeout)
    let from = try CopyEnd(
      source, keyFile: sourceAPIKeyFile, authorities: sourceCAFile, timeout: wait)
    let to = try CopyEnd(
      target, keyFile: targetAPIKeyFile, authorities: targetCAFile, timeout: wait)
    guard from.collection != nil || to.collection == nil else {
      throw CommandFailure(
        .usage, "'\(source)' is a whole server, and '\(target)' one collection: name one there too")
    }
    try await DaemonClient.withClient(from.access) { source in
      try await DaemonClient.withClient(to.access) { target in
        try await copy(from, source, to, target)
      }
    }
  }

  private func copy(
    _ from: CopyEnd, _ source: DaemonClient, _ to: CopyEnd, _ target: DaemonClient
  ) async throws {
    let names: [String]
    if let name = from.collection { names = [name] } else { names = try await source.collections() }
    if names.isEmpty { printError("\(source.access) has no collections") }
    var summaries: [JSONValue] = []
    for name in names {
      let targetName = to.collection ?? name
      if from.access.address == to.access.address, name.hasSameBytes(as: targetName) {
        throw CommandFailure(
          .usage, "source and target are the same: '\(name)' of \(source.access)")
      }
      let copy = CollectionCopy(
        source: source, sourceName: name, target: target, targetName: targetName,
        sharding: shards.sharding, resumes: resume, batchSize: batchSize, showsProgress: progress)
      let summary = try await copy.run()
      summaries.append(.object(summary.json))
      if !json { print(summary.text) }
    }
    if json { print(JSONValue.object(["collections": .array(summaries)])) }
  }
}

extension DaemonClient {
  /// The names of all collections, sorted.
  fileprivate func collections() async throws(CommandFailure) -> [String] {
    let list = try await send(.GET, "/collections")
    guard let entries = list.asObject?["collections"]?.asArray else {
      throw CommandFailure("the list of collections of \(access) is not as expected")
    }
    return entries.compactMap { $0.asObject?["name"]?.asString }
      .sorted { ByteString($0) < ByteString($1) }
  }
}

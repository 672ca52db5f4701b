import ArgumentParser
import DataFiles
import JSONCodec

/// `kindred load points`: points from JSON lines.
struct LoadPointsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points",
    abstract: "Load points from JSON lines, such as kindred export writes.",
    discussion: """
        kindred load points movies.jsonl --collection movies
        zcat texts.gz | kindred load points - --collection texts --config texts.json

      One line is one point: {"id": 7, "vector": {…}, "payload": {…}}, as in the API. Files may be \
      compressed by gzip; '-' is standard input. A collection that does not exist is made as the first \
      line of an export says, or as --config says. Points that are there already are replaced, others \
      stay. All is read and checked before anything is changed.
      """)

  @Argument(help: "Files of points.")
  var file: [String]

  @Option(help: "The collection for them.")
  var collection: String

  @Option(
    help: ArgumentHelp(
      "How to make the collection: a file with the body of PUT /collections/{name}, or with the first "
        + "line of an export.", valueName: "file"))
  var config: String?

  @Flag(help: "Skip malformed lines, and say how many and which came first.")
  var skipBad = false

  @OptionGroup var shards: ShardOptions

  @Option(help: "The most points in one request.")
  var batchSize = 1000

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !file.isEmpty else { throw ValidationError("which file?") }
    guard file.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("standard input can be read once")
    }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be 1 or more") }
  }

  func run() async throws {
    let load = PointsLoad(
      paths: file, collection: collection, description: try config.map(Self.description),
      sharding: shards.sharding, skipsBadLines: skipBad, batchSize: batchSize,
      showsProgress: progress, say: { printError($0) })
    let summary = try await connection.withClient { client in try await load.run(client) }
    if json {
      let object: JSONObject = [
        "points": .integer(Int64(summary.points)), "skipped": .integer(Int64(summary.skipped)),
        "created": .bool(summary.isNewCollection), "seconds": .double(summary.seconds),
      ]
      return print(object)
    }
    print(
      "\(Figures.grouped(summary.points)) points in \(Figures.fixed(summary.seconds, places: 2)) s "
        + "into \(summary.isNewCollection ? "the new collection" : "collection") '\(collection)'"
        + (summary.skipped > 0 ? ", \(Figures.grouped(summary.skipped)) lines skipped" : ""))
  }

  private static func description(_ path: String) throws -> CollectionDescription {
    let bytes: [UInt8]
    do { bytes = try TextFile.contents(path) } catch {
      throw CommandFailure("cannot read the configuration: \(error)")
    }
    let value: JSONValue
    do { value = try JSONValue.parse(bytes) } catch {
      throw CommandFailure("'\(path)' is not JSON: \(error)")
    }
    guard let object = value.asObject,
      let description = CollectionDescription(line: object, orBody: true)
    else { throw CommandFailure("'\(path)' must hold one JSON object") }
    return description
  }
}

import ArgumentParser
import JSONCodec
import MovieLens

/// `kindred load movielens`: users as points with their normalised ratings, movies as a catalogue.
struct LoadMovieLensCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "movielens",
    abstract: "Load a MovieLens set: ML-100K, 1M, 10M, 20M, 25M, 32M or latest.",
    discussion: """
      Every user becomes a point: the vector 'ratings' holds the user's ratings as z-scores, \
      (rating − mean) / deviation, the payload what the set says of the user. Every movie becomes a \
      point of the catalogue with title, genres and year. Running it again is safe: points are \
      replaced by equal ones, and what the set no longer has is removed.

        kindred load movielens ~/ml-1m --data-dir ./data
        kindred load movielens ~/ml-25m --collection ml25 --catalogue ml25-movies

      The mean and the sample deviation are computed from the set unless both are given.
      """)

  @Argument(help: "The folder with the set's files, one of them, or the zip archive as downloaded.")
  var path: String

  @Option(help: "The mean to subtract from a rating; with --std.")
  var mean: Double?

  @Option(help: "The deviation to divide by; with --mean.")
  var std: Double?

  @Option(help: "The collection for the users.")
  var collection = "movielens"

  @Option(help: "The collection for the movies.")
  var catalogue = "movies"

  @OptionGroup var times: TimesOptions

  @OptionGroup var target: TargetOptions

  @OptionGroup var shards: ShardOptions

  @Option(help: "The most points in one request.")
  var batchSize = 1000

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard (mean == nil) == (std == nil) else {
      throw ValidationError("--mean and --std go together")
    }
    if let mean, let std, Standardization(mean: mean, deviation: std) == nil {
      throw ValidationError("--mean must be finite, --std finite and above 0")
    }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be 1 or more") }
    guard collection != catalogue else {
      throw ValidationError("--collection and --catalogue must differ")
    }
  }

  func run() async throws {
    let (summary, hint) = try await connection.withClient { client in
      var load = MovieLensLoad(
        path: path, collection: collection, catalogue: catalogue,
        given: mean.flatMap { mean in std.flatMap { Standardization(mean: mean, deviation: $0) } },
        keepsTimes: times.keepTimes, mode: target.mode, batchSize: batchSize,
        showsProgress: progress)
      load.sharding = shards.sharding
      return (try await load.run(client), await client.trainingHint(for: collection))
    }
    if json { return print(JSONValue.object(summary.json)) }
    print(summary.text)
    if let hint { print(hint) }
  }
}

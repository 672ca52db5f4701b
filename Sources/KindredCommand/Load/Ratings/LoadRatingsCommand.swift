import ArgumentParser
import JSONCodec
import Kindred

/// `kindred load ratings`: anybody's ratings, play counts or clicks.
struct LoadRatingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ratings",
    abstract: "Load ratings, play counts or clicks from your own files.",
    discussion: """
      One line says who rated what, how, and when: separated by commas, tabs, '::' or any other \
      character, with quotes and a header or without, or as JSON lines; plain, compressed by gzip, \
      or in a zip archive (also as ARCHIVE.zip/FILE); '-' is standard input. Separator, header and \
      columns are guessed, and what was guessed is said.

        kindred load ratings BX-Ratings.csv --items BX-Books.csv --collection books
        kindred load ratings plays.tsv.gz --scale log --collection music
        zcat clicks.gz | kindred load ratings - --user visitor --item 3

      Users and items are whole numbers, or anything else: then they are keys, whose numbers are \
      kept in the collections.
      """)

  @Argument(help: "Files of ratings; together they are the set.")
  var file: [String]

  @OptionGroup var files: RatingFileOptions

  @Option(help: ArgumentHelp("A table of the users, for filters.", valueName: "file"))
  var users: String?

  @Option(help: "The collection for the users.")
  var collection = "ratings"

  @Option(help: "The collection for the items; else the other's name with '-items'.")
  var catalogue: String?

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
    guard !file.isEmpty else { throw ValidationError("which file?") }
    guard file.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("standard input can be read once")
    }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be 1 or more") }
    guard collection != (catalogue ?? "") else {
      throw ValidationError("--collection and --catalogue must differ")
    }
  }

  func run() async throws {
    let load = RatingsLoad(
      paths: file, itemsPath: files.items, usersPath: users, files: files.reading,
      scale: files.scale, given: files.standardization, likedFrom: files.likedFrom,
      collection: collection, catalogue: catalogue ?? collection + "-items",
      keepsTimes: times.keepTimes, mode: target.mode, sharding: shards.sharding,
      batchSize: batchSize, showsProgress: progress,
      say: { printError($0) })
    let (summary, hint) = try await connection.withClient { client in
      (try await load.run(client), await client.trainingHint(for: collection))
    }
    if json { return print(JSONValue.object(summary.json)) }
    print(summary.text)
    if let hint { print(hint) }
  }
}

/// Whether the time of each rating is kept.
struct TimesOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Keep when each item was rated, in the sparse vector '\(RatingTime.vectorName)': for "
        + "--by-time and export."))
  var keepTimes = false
}

/// The ways to deal with a set that is there already.
struct TargetOptions: ParsableArguments {
  @Flag(help: "This is the set that is there, from elsewhere: update it, and remove what has gone.")
  var update = false

  @Flag(help: "Delete what is there first.")
  var replace = false

  func validate() throws {
    if update && replace { throw ValidationError("--update and --replace exclude each other") }
  }

  var mode: SetTarget.Mode { replace ? .replace : update ? .update : .careful }
}

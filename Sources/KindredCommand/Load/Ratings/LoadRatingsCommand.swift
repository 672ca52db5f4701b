import ArgumentParser
import DataFiles
import JSONCodec
import MovieLens

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

        kindred load ratings BX-Book-Ratings.csv --items BX-Books.csv --collection books
        kindred load ratings plays.tsv.gz --scale log --collection music
        zcat clicks.gz | kindred load ratings - --user visitor --item 3 --scale binary

      Users and items are whole numbers, or anything else: then they are keys, whose numbers are \
      kept in the collections.
      """)

  @Argument(help: "Files of ratings; together they are the set.")
  var file: [String]

  @Option(help: ArgumentHelp("The column with the user.", valueName: "name|number"))
  var user: String?

  @Option(help: ArgumentHelp("The column with the item.", valueName: "name|number"))
  var item: String?

  @Option(help: ArgumentHelp("The column with the rating.", valueName: "name|number"))
  var rating: String?

  @Option(
    help: ArgumentHelp(
      "The column with the time: of several ratings of one item the latest stays.",
      valueName: "name|number"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "What stands between fields: one character, '::' or 'tab'.", valueName: "text"))
  var separator: String?

  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns.")
  var header: Bool?

  @Flag(help: "Skip malformed lines, and say how many and which came first.")
  var skipBad = false

  @Option(
    help: "How ratings become weights: \(Scale.allCases.map(\.rawValue).joined(separator: ", ")).")
  var scale: Scale?

  @Option(help: "For --scale zscore: the mean to subtract; with --std.")
  var mean: Double?

  @Option(help: "For --scale zscore: the deviation to divide by; with --mean.")
  var std: Double?

  @Option(help: "For --scale likes: the least rating that is liked; else the mean.")
  var likedFrom: Double?

  @Option(help: ArgumentHelp("A table of the items, for titles and filters.", valueName: "file"))
  var items: String?

  @Option(help: ArgumentHelp("A table of the users, for filters.", valueName: "file"))
  var users: String?

  @Option(help: "The collection for the users.")
  var collection = "ratings"

  @Option(help: "The collection for the items; else the other's name with '-items'.")
  var catalogue: String?

  @OptionGroup var target: TargetOptions

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
    guard (mean == nil) == (std == nil) else {
      throw ValidationError("--mean and --std go together")
    }
    if let mean, let std {
      guard (scale ?? .zscore) == .zscore else {
        throw ValidationError("--mean and --std are for --scale zscore")
      }
      guard Standardization(mean: mean, deviation: std) != nil, std >= 1e-15, mean.magnitude <= 1e15
      else { throw ValidationError("--mean must be up to 1e15, --std from 1e-15") }
    }
    guard likedFrom == nil || scale == .likes else {
      throw ValidationError("--liked-from is for --scale likes")
    }
    if let separator {
      guard separator.count == 1 || separator == "::" || separator == "tab",
        !["\"", "\n", "\r"].contains(separator)
      else { throw ValidationError("--separator is one character, '::' or 'tab'") }
    }
    guard batchSize > 0 else { throw ValidationError("--batch-size must be 1 or more") }
    guard collection != (catalogue ?? "") else {
      throw ValidationError("--collection and --catalogue must differ")
    }
  }

  func run() async throws {
    var options = RatingFiles.Options()
    options.shape = TableShape.Options(
      separator: separator == "tab" ? "\t" : separator, hasHeader: header)
    for (role, column) in [
      (RatingRole.user, user), (.item, item), (.rating, rating), (.time, time),
    ] { options.columns[role] = column }
    options.skipsBadLines = skipBad
    options.needsCounts = scale == .log
    let load = RatingsLoad(
      paths: file, itemsPath: items, usersPath: users, files: options, scale: scale,
      given: mean.flatMap { mean in std.flatMap { Standardization(mean: mean, deviation: $0) } },
      likedFrom: likedFrom, collection: collection, catalogue: catalogue ?? collection + "-items",
      mode: target.mode, batchSize: batchSize, showsProgress: progress,
      say: { printError($0) })
    let summary = try await connection.withClient { client in try await load.run(client) }
    print(json ? JSONValue.object(summary.json).description : summary.text)
  }
}

/// What to do about a set that is there already.
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

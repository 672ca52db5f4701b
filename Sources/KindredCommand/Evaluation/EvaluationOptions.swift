import ArgumentParser
import DataFiles
import Kindred
import StorageIO

/// Which ratings a recommender is measured on, and which people.
struct EvaluationOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The folder or zip archive of a MovieLens set, or files of ratings; without any, a "
        + "collection of the daemon."))
  var path: [String] = []

  @OptionGroup(title: "Files of ratings") var files: RatingFileOptions

  @Option(help: "The daemon's collection of users; read, and not changed.")
  var collection: String?

  @Option(help: "The sparse vector that holds their ratings.")
  var using: String?

  @Option(help: "The collection with the genres; else the one that was loaded with the users.")
  var catalogue: String?

  @Option(
    name: .customLong("users"),
    help: "How many users to hold out; else 1,000, or a fifth where there are fewer than 5,000.")
  var heldOut: Int?

  @Option(help: "The share of a user's ratings that is known, above 0 and below 1.")
  var queryShare = 0.8

  @Flag(help: "What is known came first; else it is drawn.")
  var byTime = false

  @Option(help: "The rating from which on somebody likes an item; else 4 of 5 stars, or the mean.")
  var relevantFrom: Double?

  @Option(help: "How the item model and neighbours are set up, as 'kindred tune' writes it.")
  var settings: String?

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard heldOut ?? 1 > 0 else { throw ValidationError("--users must be 1 or more") }
    guard queryShare > 0, queryShare < 1 else {
      throw ValidationError("--query-share must be above 0 and below 1")
    }
    guard relevantFrom?.isFinite ?? true else {
      throw ValidationError("--relevant-from must be a number")
    }
    guard path.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("standard input can be read once")
    }
    let names = [("--collection", collection), ("--using", using), ("--catalogue", catalogue)]
    for (name, value) in names where value != nil && !path.isEmpty {
      throw ValidationError("\(name) is for a collection, and there are files")
    }
    guard !path.isEmpty || !files.isAnyGiven else {
      throw ValidationError("which files are these options for?")
    }
  }

  var order: HeldOutPeople.Order { byTime ? .byTime : .random }

  /// Reads everything.
  func ratedSet() async throws -> RatedSet {
    Interruption.say { "nothing has been measured, and nothing changed" }
    let activity = ActivityDisplay("reading", isShown: progress)
    defer { activity.end() }
    guard let first = path.first else {
      return try await connection.withClient { client in
        try await RatedSet.collection(
          collection ?? "movielens", using: using ?? SetTarget.vector, catalogue: catalogue,
          needsTimes: byTime, client, activity)
      }
    }
    if let missing = path.first(where: { $0 != "-" && !ByteSource.exists($0) }) {
      throw CommandFailure(
        "there is no file '\(missing)' that can be read; a collection of the daemon is named by "
          + "--collection")
    }
    guard path.count == 1, RatedSet.isMovieLens(first) else {
      return try RatedSet.files(path, files, needsTimes: byTime, activity)
    }
    guard !files.isAnyForColumns else {
      throw CommandFailure(
        .usage,
        "'\(first)' is a MovieLens set, whose columns are known; for options of columns and scales "
          + "name its file of ratings")
    }
    return try RatedSet.movieLens(
      first, given: files.standardization, keepsTimes: byTime, activity)
  }

  /// How many to hold out `times` over: for the test, and for validation. By default 1,000, unless a
  /// fifth, or two fifths for both, are fewer.
  func heldOutCount(of set: RatedSet, times: Int = 1) throws(CommandFailure) -> Int {
    let candidateCount = HeldOutPeople.candidates(among: set.users).count
    let most = candidateCount / (2 * times)
    guard most > 0 else {
      throw CommandFailure(
        "\(candidateCount) users have rated two things or more: too few to hold anybody out and to "
          + "ask the others")
    }
    guard let heldOut else { return min(1000, max(1, candidateCount / 5)) }
    guard heldOut <= most else {
      throw CommandFailure(
        .usage,
        "--users \(heldOut) is too many: \(Figures.grouped(candidateCount)) users have rated two "
          + "things or more, and half of them must be left to ask, so it can be "
          + "\(Figures.grouped(most)) at most")
    }
    return heldOut
  }

  /// Says what was decided where the command line does not.
  func sayRelevance(_ relevance: Relevance) {
    if relevance.isChosen { return }
    printError(
      "relevant is what is rated \(Figures.short(relevance.rating)) or more; --relevant-from says "
        + "otherwise")
  }

  func recommenderSettings() throws(CommandFailure) -> RecommenderSettings {
    guard let settings else { return RecommenderSettings() }
    return try RecommenderSettings(settings)
  }
}

/// `5,11,all`
struct QueryLengths: ExpressibleByArgument {
  var lengths: [QueryLength]

  /// Each takes as long as all others.
  private static let maxCount = 20

  init?(argument: String) {
    var lengths: [QueryLength] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let length = QueryLength(String(part)) else { return nil }
      if !lengths.contains(length) { lengths.append(length) }
    }
    guard lengths.count <= Self.maxCount else { return nil }
    self.lengths = lengths
  }

  var defaultValueDescription: String { lengths.map(\.text).joined(separator: ",") }
}

/// `0,1,2`
struct Seeds: ExpressibleByArgument {
  var seeds: [UInt64]

  private static let maxCount = 100

  init?(argument: String) {
    var seeds: [UInt64] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let seed = UInt64(part) else { return nil }
      if !seeds.contains(seed) { seeds.append(seed) }
    }
    guard seeds.count <= Self.maxCount else { return nil }
    self.seeds = seeds
  }

  var defaultValueDescription: String { seeds.map { "\($0)" }.joined(separator: ",") }
}

extension RecommendationRequest.Method: ExpressibleByArgument {}

/// `popular,items`
struct Methods: ExpressibleByArgument {
  var methods: [RecommendationRequest.Method]

  init(_ methods: [RecommendationRequest.Method]) { self.methods = methods }

  init?(argument: String) {
    var methods: [RecommendationRequest.Method] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let method = RecommendationRequest.Method(rawValue: String(part)) else { return nil }
      if !methods.contains(method) { methods.append(method) }
    }
    self.methods = methods
  }

  var defaultValueDescription: String { methods.map(\.rawValue).joined(separator: ",") }
}

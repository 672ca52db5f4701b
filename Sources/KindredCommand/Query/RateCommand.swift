import ArgumentParser
import JSONCodec
import KindredServer
import MovieLens

/// `kindred rate`: what a user thinks of movies, from now on.
struct RateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rate",
    abstract: "Rate movies for a user, or take ratings back.",
    discussion: """
      Ratings are merged into the user's vector, on the scale of the set, and count in the next \
      recommendation.

        kindred rate --user 42 --like matrix --dislike "titanic 1997"
        kindred rate --user 42 --rating "toy story 1995=4.5" --rating 260=3
        kindred rate --user 42 --forget matrix

      To like is to rate a deviation above the mean of the set, to dislike a deviation below it; sets \
      on a scale that says no such thing want ratings. A movie is its id, its key, or words of its \
      title.
      """)

  @Option(help: ArgumentHelp("Whose ratings they are: an id, or a key.", valueName: "user"))
  var user: String

  @Option(help: ArgumentHelp("A movie that the user likes. Repeat for more.", valueName: "movie"))
  var like: [String] = []

  @Option(help: ArgumentHelp("A movie that the user dislikes.", valueName: "movie"))
  var dislike: [String] = []

  @Option(help: ArgumentHelp("A movie and its rating.", valueName: "movie=number"))
  var rating: [String] = []

  @Option(help: ArgumentHelp("A movie whose rating is taken back.", valueName: "movie"))
  var forget: [String] = []

  @Option(help: "The collection of users.")
  var collection = "movielens"

  @Option(help: "The collection with the titles; by default that of the set.")
  var catalogue: String?

  @Option(help: "The sparse vector that holds the ratings.")
  var using = "ratings"

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !(like + dislike + rating + forget).isEmpty else {
      throw ValidationError("say what to --like, --dislike, to rate with --rating or to --forget")
    }
  }

  func run() async throws {
    try await connection.withClient { client in
      let path = SetTarget.path(collection)
      let record = try await client.setRecord(of: collection)
      let catalogue = catalogue ?? record?.catalogue ?? PreferenceOptions.usualCatalogue
      var items = RatedItems(catalogue: catalogue, haveKeys: record?.items == "keys")
      var ratings: [JSONValue] = []
      var lines: [String] = []
      for (movie, value) in try given(record) {
        let item = try await items.find(movie, client)
        ratings.append([
          "user": try userValue(record), "item": item.value,
          "rating": value.map { .double($0) } ?? .null,
        ])
        let words = value.map { "rated " + Figures.fixed($0, places: 2) } ?? "forgotten"
        lines.append("\(item.name): \(words)")
      }
      let result = try await client.send(
        .POST, path + "/ratings",
        [
          "ratings": .array(ratings), "using": .string(using), "catalogue": .string(catalogue),
        ])
      if json { print(result) } else { for line in lines { print(DisplayWidth.harmless(line)) } }
    }
  }

  /// The ratings that the options give of movies, in the options' order.
  private func given(
    _ record: SetRecord?
  ) throws(CommandFailure) -> [(movie: String, rating: Double?)] {
    var given: [(movie: String, rating: Double?)] = []
    for movie in like { given.append((movie, try verdict(record, isLiked: true))) }
    for movie in dislike { given.append((movie, try verdict(record, isLiked: false))) }
    for text in rating {
      guard let equals = text.lastIndex(of: "="),
        let value = Double(text[text.index(after: equals)...]), value.isFinite
      else {
        throw CommandFailure(.usage, "--rating wants movie=number, as in \"toy story 1995=4.5\"")
      }
      given.append((String(text[..<equals]), value))
    }
    return given + forget.map { ($0, nil) }
  }

  /// The rating that says as much on the scale of the set.
  private func verdict(
    _ record: SetRecord?, isLiked: Bool
  ) throws(CommandFailure) -> Double {
    guard let record else {
      throw CommandFailure(
        .usage,
        "nothing says on which scale the ratings of '\(collection)' are: give --rating movie=number"
      )
    }
    if let mean = record.mean, let deviation = record.deviation {
      return isLiked ? mean + deviation : mean - deviation
    }
    if let least = record.likedFrom { return isLiked ? least : least - 1 }
    if record.scale == "binary", isLiked { return 1 }
    throw CommandFailure(
      .usage,
      "ratings of '\(collection)' are on the scale '\(record.scale)', which does not say what it is to "
        + "\(isLiked ? "like" : "dislike"): give --rating movie=number")
  }

  private func userValue(_ record: SetRecord?) throws(CommandFailure) -> JSONValue {
    if record?.users == "keys" { return .string(user) }
    guard let number = UInt64(user) else {
      throw CommandFailure(
        .usage, "the users of '\(collection)' are numbers, and '\(user)' is not one")
    }
    return number > UInt64(Int64.max) ? .unsigned(number) : .integer(Int64(number))
  }
}

/// Finds the items that people name.
private struct RatedItems {
  let catalogue: String
  /// Whether the daemon knows them by keys.
  let haveKeys: Bool
  private var lookup: TitleLookup?

  init(catalogue: String, haveKeys: Bool) {
    self.catalogue = catalogue
    self.haveKeys = haveKeys
  }

  /// - Returns: the item as the daemon wants it, and as people read it.
  mutating func find(
    _ words: String, _ client: DaemonClient
  ) async throws(CommandFailure) -> (value: JSONValue, name: String) {
    if !haveKeys, let id = UInt32(words) { return (.integer(Int64(id)), "movie \(id)") }
    if haveKeys, let entry = try await client.entry(withKey: words, in: catalogue) {
      return (.string(words), entry.title)
    }
    if lookup == nil { lookup = try await TitleLookup(of: catalogue, client) }
    if haveKeys, case .none = lookup!.find(words) { return (.string(words), words) }
    let entry = try lookup!.entry(named: words, of: catalogue)
    if !haveKeys { return (.integer(Int64(entry.id)), entry.title) }
    return (.string(try await key(of: entry.id, client)), entry.title)
  }

  private func key(
    of id: UInt32, _ client: DaemonClient
  ) async throws(CommandFailure) -> String {
    let point = try await client.send(
      .GET, "/collections/\(DaemonClient.escaped(catalogue))/points/\(id)")
    guard let key = point.asObject?["payload"]?.asObject?["key"]?.asString else {
      throw CommandFailure("item \(id) of '\(catalogue)' has no key")
    }
    return key
  }
}

import ArgumentParser
import JSONCodec
import KindredServer

/// `kindred recommend`: who is like me, and what did they like?
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Recommend movies from likes and dislikes, or for a user.",
    discussion: """
      Takes your ratings as the query, finds the users nearest to you, and adds up their ratings of \
      what you have not seen. Of somebody of whom nothing is known, what is popular.

        kindred recommend --like matrix --like 260 --dislike "titanic 1997"
        kindred recommend --user 42 --where gender=F --where 'age>=25' --limit 5
        kindred recommend --like matrix --item-where genres=Comedy --diversity 0.3
        kindred recommend --method popular --where age=25
        kindred recommend --user 42 --like matrix

      A movie is its id or words of its title; when several titles fit they are listed. A condition \
      is key=value, with = != > >= < <=; values that look like numbers, true or false are that, \
      quotes make a string: --where 'zip="02139"'.

      A Qdrant server (--url) has no recommendations of its own: there they are made of a search and the \
      neighbours' vectors, as by --method notebook.
      """)

  @OptionGroup var preferences: PreferenceOptions

  @Option(
    help: ArgumentHelp(
      "Recommend for this user of the collection, an id or a key; with --like and --dislike, as if the "
        + "user had said that too.", valueName: "user"))
  var user: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only ask users who meet this. Repeat for more.", valueName: "condition"))
  var conditions: [String] = []

  @Option(
    name: .customLong("item-where"),
    help: ArgumentHelp(
      "Only movies that meet this, as in genres=Comedy. Repeat for more.",
      valueName: "condition"))
  var itemConditions: [String] = []

  @Option(help: ArgumentHelp("Not this movie, by its id. Repeat for more.", valueName: "id"))
  var exclude: [UInt32] = []

  @Option(help: "How to recommend: auto, neighbors, items, popular, or notebook.")
  var method: Method = .auto

  @Option(help: "How many movies to recommend.")
  var limit = 10

  @Option(help: "How many of the best to pass over.")
  var offset = 0

  @Option(help: "How much the movies should differ from each other, from 0 to 1.")
  var diversity: Double?

  @Option(help: "The share of the list that is for movies nobody has rated yet, from 0 to 1.")
  var newItems: Double?

  @Option(
    help: "How many nearest users to ask. This and what follows: by default the method's own.")
  var neighbors: Int?

  @Option(help: "How users are compared: dot or cosine.")
  var similarity: Similarity?

  @Option(help: "The power of a neighbour's similarity that its ratings are multiplied by.")
  var similarityPower: Double?

  @Option(help: "Similarities by n shared movies are multiplied by n / (n + this).")
  var shrinkage: Double?

  @Option(help: "The power of a movie's number of raters that its sum is divided by.")
  var popularity: Double?

  @Option(help: "Only movies that at least this number of neighbours have rated.")
  var minNeighbors: Int?

  @Flag(help: "Say which neighbours, and which of your ratings, contributed what.")
  var explain = false

  @Flag(help: "Also recommend what you have rated already.")
  var includeRated = false

  @Option(help: "The collection of users.")
  var collection = "movielens"

  @Option(help: "The sparse vector that holds their ratings.")
  var using = "ratings"

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  enum Similarity: String, ExpressibleByArgument, CaseIterable { case dot, cosine }
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, neighbors, items, popular, notebook
  }

  func validate() throws {
    guard user != nil || !preferences.isEmpty || method == .popular else {
      throw ValidationError("say what you --like or --dislike, or name a --user")
    }
    guard neighbors ?? 1 > 0 else { throw ValidationError("--neighbors must be 1 or more") }
    guard offset >= 0 else { throw ValidationError("--offset must be 0 or more") }
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
    for (name, number) in [
      ("diversity", diversity), ("new-items", newItems), ("similarity-power", similarityPower),
      ("shrinkage", shrinkage), ("popularity", popularity),
    ] where !(number?.isFinite ?? true) {
      // JSON has no such numbers, and would say nothing instead.
      throw ValidationError("--\(name) must be a number")
    }
  }

  func run() async throws {
    let clauses = try conditions.map { try WhereClause($0) }
    let itemClauses = try itemConditions.map { try WhereClause($0) }
    try await connection.withClient { client in
      let record = try await client.setRecord(of: collection)
      let found = try await self.preferences.catalogue(for: record, client)
      let catalogue = found ?? PreferenceOptions.usualCatalogue
      let preferences = try await self.preferences.preferences(
        for: record, client, in: catalogue)
      let point = try await point(record, client)
      if !json { understood(preferences).map { printError($0) } }
      var request = request(
        preferences, point, WhereClause.filter(clauses), WhereClause.filter(itemClauses))
      request["catalogue"] = found.map { .string($0) }
      let own = try await client.ask(
        .POST, SetTarget.path(collection) + "/recommend", request.encoded)
      let result =
        own.isUnknownRequest
        ? try await TwoStepRecommendation(request, of: collection, client).result()
        : try own.result()
      let answer: RecommendationAnswer
      do { answer = try RecommendationAnswer(result) } catch {
        throw CommandFailure("the daemon's answer is not as expected: \(error)")
      }
      if json {
        print(result)
      } else if !answer.items.isEmpty {
        let titles = await client.titles(of: answer.reasonItems, in: catalogue)
        let users =
          record?.users == "keys" ? await client.keys(of: answer.reasonUsers, in: collection) : [:]
        let width = Terminal.standardOutput.width
        for line in answer.lines(width: width, titles: titles, users: users) { print(line) }
      }
      if answer.items.isEmpty || answer.fallback != nil {
        let why = try? await EmptyRecommendation(
          collection: collection, catalogue: catalogue, using: using, clauses: clauses,
          itemClauses: itemClauses, preferences: preferences,
          user: point.map { (name: user ?? "", id: $0) }, offset: offset, client: client
        ).reason(answer)
        if let why { printError(why) }
      }
    }
  }

  /// The id of the user: of a set whose users have keys the one with that key.
  private func point(
    _ record: SetRecord?, _ client: DaemonClient
  ) async throws(CommandFailure) -> JSONValue? {
    guard let user else { return nil }
    guard record?.users == "keys" else { return try PointIDText.json(user) }
    guard let id = try await client.point(withKey: user, in: collection)?["id"] else {
      throw CommandFailure("'\(collection)' has no user with the key '\(user)'")
    }
    return id
  }

  /// The command's understanding of the request.
  private func understood(_ preferences: [Preference]) -> String? {
    let parts =
      [
        user.map { "for user \($0)" },
        preferences.isEmpty ? nil : Preference.description(preferences),
      ]
    let text = parts.compactMap { $0 }.joined(separator: "; ")
    return text.isEmpty ? nil : text
  }

  private func request(
    _ preferences: [Preference], _ point: JSONValue?, _ filter: JSONValue?,
    _ itemFilter: JSONValue?
  ) -> JSONObject {
    var request = JSONObject()
    request["point"] = point
    if point == nil || !preferences.isEmpty {
      var ratings = JSONObject()
      for preference in preferences {
        ratings[String(preference.item)] = .integer(preference.weight < 0 ? -1 : 1)
      }
      request["ratings"] = .object(ratings)
    }
    request["using"] = .string(using)
    request["method"] = .string(method.rawValue)
    request["filter"] = filter
    request["item_filter"] = itemFilter
    if !exclude.isEmpty { request["exclude"] = .array(exclude.map { .integer(Int64($0)) }) }
    request["offset"] = .integer(Int64(offset))
    request["diversity"] = diversity.map { .double($0) }
    request["new_items"] = newItems.map { .double($0) }
    request["neighbors"] = neighbors.map { .integer(Int64($0)) }
    request["similarity"] = similarity.map { .string($0.rawValue) }
    request["similarity_power"] = similarityPower.map { .double($0) }
    request["shrinkage"] = shrinkage.map { .double($0) }
    request["popularity"] = popularity.map { .double($0) }
    request["min_neighbors"] = minNeighbors.map { .integer(Int64($0)) }
    request["limit"] = .integer(Int64(limit))
    request["exclude_rated"] = .bool(!includeRated)
    request["explain"] = .bool(explain)
    return request
  }
}

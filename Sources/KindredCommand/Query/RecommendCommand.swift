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
        kindred recommend --user 42 --user 43 --exclude matrix
        kindred recommend --similar-to matrix

      Several users are a group, which gets one list. An item model makes it better: see kindred train.

      A movie is its id, its key, or words of its title; when several titles fit they are listed. A condition \
      is key=value, with = != > >= < <=; values that look like numbers, true or false are that, \
      quotes make a string: --where 'zip="02139"'.

      A Qdrant server (--url) has no recommendations of its own: there they are made of a search and the \
      neighbours' vectors, as by --method notebook.
      """)

  @OptionGroup var preferences: PreferenceOptions

  @Option(
    help: ArgumentHelp(
      "Recommend for this user of the collection, an id or a key; with --like and --dislike, as if the "
        + "user had said that too. Repeat for one list for a group.", valueName: "user"))
  var user: [String] = []

  @Option(
    help: ArgumentHelp(
      "More movies like this one, instead of for somebody. Repeat for more.", valueName: "movie"))
  var similarTo: [String] = []

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

  @Option(
    help: ArgumentHelp(
      "Not this movie: its id, its key, or words of its title. Repeat for more.",
      valueName: "movie"))
  var exclude: [String] = []

  @Option(help: "How to recommend: auto, neighbors, items, popular, or notebook.")
  var method: Method = .auto

  @Option(help: "The item model to use; by default 'items', where there is one.")
  var model: String?

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
  var collection = ItemModelPlace.usualCollection

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
    guard !user.isEmpty || !preferences.isEmpty || !similarTo.isEmpty || method == .popular
    else {
      throw ValidationError(
        "say what you --like or --dislike, name a --user, or what movies should be --similar-to")
    }
    guard similarTo.isEmpty || user.isEmpty && preferences.isEmpty else {
      throw ValidationError("--similar-to excludes --user, --like and --dislike")
    }
    guard user.count <= 1 || preferences.isEmpty else {
      throw ValidationError("--like and --dislike go with one --user, not with a group")
    }
    guard user.count <= 1 || !explain else {
      throw ValidationError("a group's list cannot be explained: --explain goes with one --user")
    }
    guard model == nil || method == .auto || method == .items else {
      throw ValidationError("--model goes with --method auto or items")
    }
    if method == .items || method == .popular {
      let meaningless = [
        ("where", method == .items && !conditions.isEmpty), ("neighbors", neighbors != nil),
        ("similarity", similarity != nil), ("similarity-power", similarityPower != nil),
        ("shrinkage", shrinkage != nil), ("popularity", popularity != nil),
        ("min-neighbors", minNeighbors != nil),
      ]
      if let (name, _) = meaningless.first(where: \.1) {
        throw ValidationError(
          "--\(name) is about neighbours, of whom --method \(method.rawValue) has none")
      }
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
      var items = NamedItems(of: catalogue, for: record, client)
      let preferences = try await self.preferences.preferences(&items)
      let similar = try await items.find(similarTo)
      let excluded = try await items.find(exclude)
      let points = try await points(record, client)
      if !json { understood(preferences, similar, excluded).map { printError($0) } }
      var request = request
      request.merge(try subject(preferences, similar, points, record))
      request["filter"] = WhereClause.filter(clauses)
      request["item_filter"] = WhereClause.filter(itemClauses)
      request["exclude"] = excluded.isEmpty ? nil : .array(excluded.map { .integer(Int64($0.id)) })
      request["catalogue"] = found.map { .string($0) }
      let result = try await result(of: request, client)
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
          itemClauses: itemClauses,
          preferences: preferences
            + similar.map { Preference(item: $0.id, title: $0.title, weight: 1) },
          users: Array(zip(user, points)), offset: offset, client: client
        ).reason(answer)
        if let why { printError(why) }
      }
    }
  }

  /// The ids of the users: of a set whose users have keys those with these keys.
  private func points(
    _ record: SetRecord?, _ client: DaemonClient
  ) async throws(CommandFailure) -> [JSONValue] {
    guard record?.users == "keys" else { return try PointIDText.json(user) }
    var points: [JSONValue] = []
    for user in user {
      guard let id = try await client.point(withKey: user, in: collection)?["id"] else {
        throw CommandFailure("'\(collection)' has no user with the key '\(user)'")
      }
      points.append(id)
    }
    return points
  }

  /// The command's understanding of the request.
  private func understood(
    _ preferences: [Preference], _ similar: [NamedItem], _ excluded: [NamedItem]
  ) -> String? {
    func names(_ items: [NamedItem]) -> String { items.map(\.name).joined(separator: ", ") }
    let parts = [
      user.isEmpty
        ? nil : "for \(user.count == 1 ? "user" : "users") \(user.joined(separator: ", "))",
      similar.isEmpty ? nil : "similar to: \(names(similar))",
      preferences.isEmpty ? nil : Preference.description(preferences),
      excluded.isEmpty ? nil : "without: \(names(excluded))",
    ]
    let text = parts.compactMap { $0 }.joined(separator: "; ")
    return text.isEmpty ? nil : text
  }

  private func result(of request: JSONObject, _ client: DaemonClient) async throws -> JSONValue {
    let own = try await client.ask(
      .POST, SetTarget.path(collection) + "/recommend", request.encoded)
    if own.isUnknownRequest {
      return try await TwoStepRecommendation(request, of: collection, client).result()
    }
    do throws(CommandFailure) { return try own.result() } catch {
      let name = model ?? ItemModelPlace.usualName
      throw error.teaching(ItemModelPlace(collection: collection, name: name), using: using)
    }
  }

  /// The members that say for whom, or like what.
  private func subject(
    _ preferences: [Preference], _ similar: [NamedItem], _ points: [JSONValue],
    _ record: SetRecord?
  ) throws(CommandFailure) -> JSONObject {
    if !similar.isEmpty { return Self.liking(similar.map(\.id)) }
    if points.count > 1 { return ["points": .array(points)] }
    if let record, ["none", "log"].contains(record.scale), points.isEmpty, !preferences.isEmpty,
      preferences.allSatisfy({ $0.weight > 0 }), method != .notebook
    {
      return Self.liking(preferences.map(\.item))
    }
    var subject = JSONObject()
    subject["point"] = points.first
    if points.isEmpty || !preferences.isEmpty {
      var ratings = JSONObject()
      for preference in preferences {
        ratings[String(preference.item)] = .integer(try weight(of: preference, record))
      }
      subject["ratings"] = .object(ratings)
    }
    return subject
  }

  /// Items that are liked as much as anything is, whatever the scale.
  private static func liking(_ items: [UInt32]) -> JSONObject {
    ["items": .array(items.map { .integer(Int64($0)) })]
  }

  /// The weight that says as much on the scale of the set; one deviation from the mean where none is known.
  private func weight(
    of preference: Preference, _ record: SetRecord?
  ) throws(CommandFailure) -> Int64 {
    let isLiked = preference.weight > 0
    switch record?.scale {
    case _ where method == .notebook: break
    case nil, "zscore", "user-mean": break
    case "likes": return isLiked ? 1 : 0
    case "binary" where isLiked: return 1
    case let scale?:
      throw CommandFailure(
        .usage,
        "the weights of '\(collection)' are on the scale '\(scale)', which does not say what it is to "
          + (isLiked
            ? "like: use --like without --user, or kindred rate with --rating"
            : "dislike: use --exclude to leave a movie out"))
    }
    return isLiked ? 1 : -1
  }

  /// The members that are as the options have them.
  private var request: JSONObject {
    var request = JSONObject()
    request["using"] = .string(using)
    request["method"] = .string(method.rawValue)
    request["model"] = model.map { .string($0) }
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

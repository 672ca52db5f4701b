import ArgumentParser
import JSONCodec

/// `kindred recommend`: who is like me, and what did they like?
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Recommend movies from likes and dislikes, or for a user.",
    discussion: """
      Takes your ratings as the query, finds the users nearest to you, and adds up their ratings of \
      what you have not seen.

        kindred recommend --like matrix --like 260 --dislike "titanic 1997"
        kindred recommend --user 42 --where gender=F --where 'age>=25' --limit 5
        kindred recommend --like matrix --similarity cosine --neighbor-weight similarity \\
          --neighbors 50 --explain

      A movie is its id or words of its title; when several titles fit they are listed. A condition \
      is field=value, with = != > >= < <=; values that look like numbers, true or false are that, \
      quotes make a string: --where 'zip="02139"'.
      """)

  @OptionGroup var preferences: PreferenceOptions

  @Option(help: ArgumentHelp("Recommend for this user of the collection.", valueName: "id"))
  var user: UInt64?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only ask users with this field. Repeat for more.", valueName: "condition"))
  var conditions: [String] = []

  @Option(help: "How many nearest users to ask.")
  var neighbors = 20

  @Option(help: "How many movies to recommend.")
  var limit = 10

  @Option(help: "How users are compared: dot or cosine.")
  var similarity: Similarity = .dot

  @Option(help: "How much a neighbour counts: uniform or similarity.")
  var neighborWeight: NeighborWeight = .uniform

  @Flag(help: "Say which neighbours contributed what.")
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
  enum NeighborWeight: String, ExpressibleByArgument, CaseIterable { case uniform, similarity }

  func validate() throws {
    guard (user == nil) != preferences.isEmpty else {
      throw ValidationError("say what you --like or --dislike, or name a --user")
    }
    guard neighbors > 0 else { throw ValidationError("--neighbors must be 1 or more") }
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
  }

  func run() async throws {
    let clauses = try conditions.map { try WhereClause($0) }
    let result = try await connection.withClient { client in
      try await client.send(
        .POST, "/collections/\(DaemonClient.escaped(collection))/recommend",
        request(clauses, client))
    }
    if json {
      print(result)
      return
    }
    do {
      let answer = try RecommendationAnswer(result)
      for line in answer.lines(width: Terminal.standardOutput.width) { print(line) }
    } catch {
      throw CommandFailure("the daemon's answer is not as expected: \(error)")
    }
  }

  private func request(
    _ clauses: [WhereClause], _ client: DaemonClient
  ) async throws -> JSONObject {
    var request = JSONObject()
    if let user {
      request["point"] = user > UInt64(Int64.max) ? .unsigned(user) : .integer(Int64(user))
    } else {
      var ratings = JSONObject()
      for (item, weight) in try await preferences.weights(client) {
        ratings[String(item)] = .integer(Int64(weight))
      }
      request["ratings"] = .object(ratings)
    }
    request["using"] = .string(using)
    request["filter"] = WhereClause.filter(clauses)
    request["neighbors"] = .integer(Int64(neighbors))
    request["similarity"] = .string(similarity.rawValue)
    request["neighbor_weight"] = .string(neighborWeight.rawValue)
    request["limit"] = .integer(Int64(limit))
    request["exclude_rated"] = .bool(!includeRated)
    request["explain"] = .bool(explain)
    request["catalogue"] = .string(preferences.catalogue)
    return request
  }
}

import ArgumentParser
import JSONCodec

/// `kindred query`: the points nearest to a vector.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Find the points nearest to a sparse vector.",
    discussion: """
      kindred query movielens --using ratings --vector 2571:1,329:1,1721:-1
      kindred query movielens --like matrix --where 'age<=25' --limit 5
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Option(help: "The sparse vector to compare with.")
  var using = "ratings"

  @Option(help: ArgumentHelp("dimension:weight pairs.", valueName: "d:w,…"))
  var vector: String?

  @OptionGroup var preferences: PreferenceOptions

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only points that meet this. Repeat for more.", valueName: "condition"))
  var conditions: [String] = []

  @Option(help: "How many points.")
  var limit = 10

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard (vector == nil) != preferences.isEmpty else {
      throw ValidationError("give a --vector, or what you --like or --dislike")
    }
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
  }

  func run() async throws {
    let clauses = try conditions.map { try WhereClause($0) }
    let given = try vector.map { try VectorText($0) }
    let (result, reason): (JSONValue, String?) = try await connection.withClient { client in
      let weights: [(item: UInt32, weight: Float)]
      if let given {
        weights = given.weights
      } else {
        let record = try await client.setRecord(of: collection)
        let catalogue = try await self.preferences.catalogue(for: record, client)
        var items = NamedItems(
          of: catalogue ?? PreferenceOptions.usualCatalogue, for: record, client)
        let preferences = try await self.preferences.preferences(&items)
        if !json { printError(Preference.description(preferences)) }
        weights = preferences.map { ($0.item, $0.weight) }
      }
      var request: JSONObject = [
        "query": [
          "indices": .array(weights.map { .integer(Int64($0.item)) }),
          "values": .array(weights.map { .double(Double($0.weight)) }),
        ],
        "using": .string(using), "limit": .integer(Int64(limit)), "with_payload": true,
      ]
      request["filter"] = WhereClause.filter(clauses)
      let result = try await client.send(
        .POST, SetTarget.path(collection) + "/points/query", request)
      guard try JSONInput(result).member("points").elements().isEmpty else { return (result, nil) }
      let reason = await EmptyAnswer(collection, "point", client).reason(clauses)
      return (result, reason ?? "no point has any of these dimensions in '\(using)'")
    }
    if json {
      print(result)
    } else {
      let points = try JSONInput(result).member("points").elements()
      if !points.isEmpty {
        for line in try PointTable(points).lines(width: Terminal.standardOutput.width) {
          print(line)
        }
      }
    }
    if let reason { printError(reason) }
  }
}

/// `2571:1,329:-0.5`
package struct VectorText: Sendable {
  package let weights: [(item: UInt32, weight: Float)]

  package init(_ text: String) throws(CommandFailure) {
    var weights: [(item: UInt32, weight: Float)] = []
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let item = UInt32(parts[0]), let weight = Float(parts[1]),
        weight.isFinite
      else {
        throw CommandFailure(.usage, "'\(pair)' is not a dimension:weight pair, as in 2571:1")
      }
      weights.append((item, weight))
    }
    self.weights = weights
  }
}

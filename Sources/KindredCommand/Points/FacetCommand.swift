import ArgumentParser
import JSONCodec

/// `kindred facet`: which values a payload key has, and how often.
struct FacetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet",
    abstract: "Count the values of a payload key.",
    discussion: """
        kindred facet movies genres
        kindred facet movielens age --where gender=F --limit 5

      Counts texts, whole numbers, true and false; the most frequent first. Where the key has no \
      index, all points that pass are read for it.
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Argument(help: "A key of the payload, as in age, or address.city inside of another.")
  var key: String

  @OptionGroup var conditions: ConditionOptions

  @Option(help: "How many values.")
  var limit = 10

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
  }

  func run() async throws {
    let clauses = try conditions.clauses()
    let (result, reason): (JSONValue, String?) = try await connection.withClient { client in
      let result = try await client.facet(
        collection, key, limit: limit, WhereClause.filter(clauses))
      guard try JSONInput(result).member("hits").elements().isEmpty else { return (result, nil) }
      let empty = EmptyAnswer(collection, "point", client)
      if let reason = await empty.reason(clauses) { return (result, reason) }
      return (result, await empty.reason(key: key))
    }
    if json {
      print(result)
    } else {
      let hits = try JSONInput(result).member("hits").elements().map { hit in
        (value: PointIDText.text(try hit.member("value").value), count: try hit.int("count"))
      }
      if !hits.isEmpty {
        let lines = FacetTable.lines(key, hits, width: Terminal.standardOutput.width)
        for line in lines { print(line) }
      }
    }
    if let reason { printError(reason) }
  }
}

extension DaemonClient {
  /// By the daemon, or, for a key without the index that it needs, from the points.
  fileprivate func facet(
    _ collection: String, _ key: String, limit: Int, _ filter: JSONValue?
  ) async throws -> JSONValue {
    var request: JSONObject = [
      "key": .string(key), "limit": .integer(Int64(limit)), "exact": true,
    ]
    request["filter"] = filter
    do throws(CommandFailure) {
      return try await send(.POST, SetTarget.path(collection) + "/facet", request)
    } catch {
      guard error.message.contains("No appropriate index") else { throw error }
    }
    let counts = try await ValueCounts(of: key, in: collection, filter, self)
    let hits = counts.hits.prefix(limit).map { hit -> JSONValue in
      ["value": hit.value, "count": .integer(Int64(hit.count))]
    }
    return ["hits": .array(hits)]
  }
}

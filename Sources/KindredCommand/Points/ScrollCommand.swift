import ArgumentParser
import JSONCodec

/// `kindred scroll`: the points of a collection, by ascending ids.
struct ScrollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scroll",
    abstract: "Show the points of a collection, those with the least ids first.",
    discussion: """
        kindred scroll movies --where genres=Comedy --where 'year<1940'
        kindred scroll movielens --from 100 --limit 20 --fields gender,age
      """)

  @Argument(help: "The collection.")
  var collection: String

  @OptionGroup var conditions: ConditionOptions

  @Option(help: "How many.")
  var limit = 10

  @Option(help: ArgumentHelp("Begin with this id.", valueName: "id"))
  var from: String?

  @OptionGroup var output: PointOutputOptions

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
  }

  func run() async throws {
    let clauses = try conditions.clauses()
    var request: JSONObject = ["limit": .integer(Int64(limit))]
    if let from { request["offset"] = try PointIDText.json(from) }
    request["filter"] = WhereClause.filter(clauses)
    output.add(to: &request)
    let (result, reason) = try await connection.withClient { [request] client in
      let result = try await client.send(
        .POST, SetTarget.path(collection) + "/points/scroll", request)
      let isEmpty = try JSONInput(result).member("points").elements().isEmpty
      return (
        result,
        isEmpty && from == nil
          ? await EmptyAnswer(collection, "point", client).reason(clauses) : nil
      )
    }
    let input = JSONInput(result)
    if output.json {
      print(result)
    } else {
      let points = try input.member("points").elements()
      if !points.isEmpty {
        let lines = try PointTable(points).lines(width: Terminal.standardOutput.width)
        for line in lines { print(line) }
      }
      if let next = try input.optional("next_page_offset") {
        printError("more: --from \(PointIDText.text(next.value))")
      }
    }
    if let reason { printError(reason) }
  }
}

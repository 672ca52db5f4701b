import ArgumentParser
import JSONCodec

/// `kindred count`: how many points there are.
struct CountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count the points of a collection.",
    discussion: "  kindred count movielens --where gender=F --where 'age>=25'")

  @Argument(help: "The collection.")
  var collection: String

  @OptionGroup var conditions: ConditionOptions

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let clauses = try conditions.clauses()
    let (count, reason) = try await connection.withClient { client in
      let count = try await client.count(collection, WhereClause.filter(clauses))
      return (
        count,
        count == 0 ? await EmptyAnswer(collection, "point", client).reason(clauses) : nil
      )
    }
    print(json ? #"{"count":\#(count)}"# : "\(count)")
    if let reason { printError(reason) }
  }
}

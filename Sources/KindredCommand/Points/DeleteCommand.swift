import ArgumentParser
import JSONCodec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `kindred delete`: points, by their ids or by what they are like.
struct DeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete points, by ids or by conditions.",
    discussion: """
        kindred delete movielens 17 42
        kindred delete movielens --where 'age<18' --yes

      Before points are deleted by conditions you are asked, with how many there are; --yes is the \
      answer where nobody can be asked. Points that were not there are not an error. A whole collection: \
      kindred collections delete.
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Argument(help: ArgumentHelp("Numbers or UUIDs.", valueName: "id"))
  var ids: [String] = []

  @OptionGroup var conditions: ConditionOptions

  @Flag(help: "Delete by conditions without asking.")
  var yes = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard ids.isEmpty != conditions.conditions.isEmpty else {
      throw ValidationError("give ids or --where conditions, and not both")
    }
  }

  func run() async throws {
    let clauses = try conditions.clauses()
    let wanted = try PointIDText.json(ids)
    let filter: JSONValue =
      WhereClause.filter(clauses) ?? ["must": [["has_id": .array(wanted)]]]
    try await connection.withClient { client in
      let count = try await client.count(collection, filter)
      if !clauses.isEmpty {
        if count == 0 {
          if let reason = await EmptyAnswer(collection, "point", client).reason(clauses) {
            printError(reason)
          }
        } else if !yes {
          try confirm(count)
        }
      }
      if count > 0 {
        let selector: JSONObject =
          clauses.isEmpty ? ["points": .array(wanted)] : ["filter": filter]
        try await client.send(
          .POST, SetTarget.path(collection) + "/points/delete?wait=true", selector)
      }
      report(
        count,
        missing: clauses.isEmpty
          ? Set(wanted.map { ByteString(PointIDText.text($0)) }).count - count : 0)
    }
  }

  private func confirm(_ count: Int) throws(CommandFailure) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw CommandFailure(
        .usage,
        "\(Self.points(count)) of '\(collection)' would be deleted; say --yes where nobody can be "
          + "asked")
    }
    printError("Delete \(Self.points(count)) of '\(collection)'? [y/N] ", terminator: "")
    let answer = readLine(strippingNewline: true)?.lowercased() ?? ""
    guard ["y", "yes"].contains(answer) else { throw CommandFailure("nothing has been deleted") }
  }

  private func report(_ count: Int, missing: Int) {
    if json { return print(#"{"deleted":\#(count)}"#) }
    print("\(Self.points(count)) deleted" + (missing > 0 ? ", \(missing) not there" : ""))
  }

  private static func points(_ count: Int) -> String {
    count == 1 ? "1 point" : "\(Figures.grouped(count)) points"
  }
}

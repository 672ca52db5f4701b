import ArgumentParser
import JSONCodec

/// Which points a command is about.
struct ConditionOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only points that meet this, as in age=25 or 'year>=1990'. Repeat for more, all must hold.",
      valueName: "condition"))
  var conditions: [String] = []

  func clauses() throws -> [WhereClause] { try conditions.map { try WhereClause($0) } }
}

/// Whether a command's points are printed as JSON, and which of their payload keys.
struct PointOutputOptions: ParsableArguments {
  @Flag(help: "Their vectors too.")
  var vectors = false

  @Option(
    help: ArgumentHelp(
      "Only these keys of their payloads, with commas between; all without it.",
      valueName: "name,…"))
  var fields: String?

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  private var fieldNames: [String]? {
    fields?.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }

  /// The members of a request that ask for that.
  func add(to request: inout JSONObject) {
    request["with_payload"] = fieldNames.map { .array($0.map { .string($0) }) } ?? true
    request["with_vector"] = .bool(vectors)
  }
}

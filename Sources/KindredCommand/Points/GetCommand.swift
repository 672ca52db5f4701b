import ArgumentParser
import JSONCodec

/// `kindred get`: points by their ids.
struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show points by their ids.",
    discussion: """
        kindred get movies 2571 260
        kindred get movielens 42 --vectors --json

      Ends with 1 when one of them is not there; the others are shown all the same.
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Argument(help: ArgumentHelp("Numbers or UUIDs.", valueName: "id"))
  var ids: [String]

  @OptionGroup var output: PointOutputOptions

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let wanted = try PointIDText.json(ids)
    let result = try await connection.withClient { client in
      var request: JSONObject = ["ids": .array(wanted)]
      output.add(to: &request)
      return try await client.send(.POST, SetTarget.path(collection) + "/points", request)
    }
    let points = try JSONInput(result).elements()
    if output.json {
      print(result)
    } else if !points.isEmpty {
      let lines = try PointTable(points).lines(width: Terminal.standardOutput.width)
      for line in lines { print(line) }
    }
    let found = Set(try points.map { ByteString(PointIDText.text(try $0.member("id").value)) })
    let missing = wanted.map(PointIDText.text).filter { !found.contains(ByteString($0)) }
    if !missing.isEmpty {
      throw CommandFailure(
        "'\(collection)' has no point \(missing.prefix(10).joined(separator: ", "))"
          + (missing.count > 10 ? " and \(missing.count - 10) more" : ""))
    }
  }
}

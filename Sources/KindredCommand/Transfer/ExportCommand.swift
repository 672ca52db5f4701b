import ArgumentParser
import JSONCodec
import KindredServer

/// `kindred export`: a collection as text.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a collection as JSON lines, or its ratings as CSV.",
    discussion: """
        kindred export movies --output movies.jsonl
        kindred export movielens | gzip > movielens.jsonl.gz
        kindred export movielens --ratings --where 'age>=25' > ratings.csv

      The first line says how the collection was made, each other is a point with its id, vectors and \
      payload, by ascending ids: kindred load points reads them. Points that change meanwhile are \
      written as they are when they are read.

      With --ratings each line is a user, an item and the rating, turned back by the scale that the \
      load has recorded, and the time where --keep-times has kept it, in seconds since 1970: kindred \
      load ratings reads them.
      """)

  @Argument(help: "The collection.")
  var collection: String

  @Option(help: ArgumentHelp("A new file; else standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Write the ratings of users as CSV.")
  var ratings = false

  @Option(help: "With --ratings: the sparse vector that holds them.")
  var using: String?

  @Flag(
    inversion: .prefixedNo,
    help: "With --ratings: also when, where the load has kept that.")
  var times = true

  @Option(help: "With --ratings: the collection with the items' keys; by default that of the set.")
  var catalogue: String?

  @OptionGroup var conditions: ConditionOptions

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard ratings || using == nil && catalogue == nil && times else {
      throw ValidationError("--using, --catalogue and --no-times go with --ratings")
    }
  }

  func run() async throws {
    let filter = WhereClause.filter(try conditions.clauses())
    try await connection.withClient { client in
      let info = try await client.send(.GET, SetTarget.path(collection))
      let description: CollectionDescription
      do { description = try CollectionDescription(of: info) } catch {
        throw CommandFailure("'\(collection)' is not described as expected: \(error)")
      }
      let total = try await client.count(collection, filter)
      let ratings = ratings ? try await ratingsText(info, description, client) : nil
      let file = try OutputFile(output)
      Interruption.say { [output] in
        output.map { "'\($0)' has not been written, only a part as '\($0).part'" }
          ?? "the output is not complete"
      }
      let pages = PointPages(
        of: collection, client, filter: filter,
        vectors: ratings.map { JSONValue.array($0.vectors.map { .string($0) }) } ?? true,
        maxLimit: description.strictLimit("max_query_limit"))
      var (pointCount, lineCount) = (0, 0)
      try await withProgress(total) { update in
        try file.write(ratings?.header ?? description.line.encoded + [UInt8(ascii: "\n")])
        while let points = try await pages.next() {
          var text: [UInt8] = []
          for point in points {
            if let ratings {
              lineCount += try ratings.append(point, to: &text)
            } else {
              text += point.storedPoint.encoded
              text.append(UInt8(ascii: "\n"))
            }
          }
          try file.write(text)
          pointCount += points.count
          update(pointCount)
        }
      }
      try file.finish()
      for note in ratings?.notes ?? [] { printError(note) }
      let points = "\(Figures.grouped(pointCount)) \(pointCount == 1 ? "point" : "points")"
      printError(
        ratings == nil
          ? "\(points) of '\(collection)' written"
          : "\(Figures.grouped(lineCount)) ratings of \(points) of '\(collection)' written")
    }
  }

  private func withProgress(
    _ total: Int, _ body: ((Int) -> Void) async throws -> Void
  ) async throws {
    // A terminal that shows the lines themselves needs no more.
    let isShown = progress && (output != nil || Terminal.standardOutput.width == nil)
    let display = SharedProgress(total: total, unit: "points", isShown: isShown)
    try await body { display.update($0) }
  }

  private func ratingsText(
    _ info: JSONValue, _ description: CollectionDescription, _ client: DaemonClient
  ) async throws -> RatingsText {
    let vector = using ?? SetTarget.vector
    let vectors = description.configuration["sparse_vectors"]?.asObject ?? [:]
    guard vectors[vector] != nil else {
      throw CommandFailure(
        "'\(collection)' has no sparse vector '\(vector)' that could hold ratings")
    }
    let record = SetRecord(of: info)
    var keys: [UInt64: String]?
    if record?.items == "keys" || catalogue != nil {
      let catalogue = catalogue ?? record?.catalogue ?? ""
      let stored = try await StoredPoints(of: catalogue, client)
      if record?.items == "keys" || !stored.numbersByKey.isEmpty {
        keys = Dictionary(
          stored.numbersByKey.map { ($0.value, $0.key.text) }, uniquingKeysWith: { $1 })
      }
    }
    return RatingsText(
      vector: vector, record: record, itemKeys: keys, collection: collection,
      haveUserKeys: record?.users == "keys",
      times: times && vector == SetTarget.vector
        ? record?.times.flatMap { vectors[$0] == nil ? nil : $0 } : nil)
  }
}

/// A progress display for closures.
private final class SharedProgress {
  private var display: ProgressDisplay

  init(total: Int, unit: String, isShown: Bool) {
    display = ProgressDisplay(total: total, unit: unit, isShown: isShown)
  }

  func update(_ done: Int) { display.update(done) }
}

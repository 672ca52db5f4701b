import JSONCodec

/// The daemon's recommendations, as a table for people.
package struct RecommendationAnswer: Sendable {
  package struct Item: Sendable {
    package var id: String
    /// Where items have keys.
    package var key: String?
    package var score: Double
    package var neighborCount: Int
    /// Whether nobody has rated it.
    package var isNew: Bool
    package var title: String
    package var genres: [String]
    /// Nearest neighbour first; nil unless asked for.
    package var contributions: [(neighbor: String, contribution: Double)]?
    /// The greatest first; nil unless asked for.
    package var reasons: [(item: String, contribution: Double)]?
  }

  package var items: [Item]
  package var neighborCount: Int
  /// Why the method was not the one asked for.
  package var fallback: (method: String, reason: String)?

  /// - Parameter result: of a request to `recommend`.
  package init(_ result: JSONValue) throws(JSONInputError) {
    let result = JSONInput(result)
    items = []
    for item in try result.member("items").elements() { items.append(try Self.item(item)) }
    neighborCount = try result.member("neighbors").elements().count
    if let method = try result.optional("fallback")?.string() {
      fallback = (method, try result.string("reason"))
    }
  }

  /// A table, each item followed by what its neighbours contributed when that was asked for.
  package func lines(width: Int?) -> [String] {
    guard !items.isEmpty else {
      return [
        neighborCount == 0
          ? "nobody found who rated any of these" : "the neighbours rated nothing else"
      ]
    }
    let hasKeys = items.contains { $0.key != nil }
    var columns: [Table.Column] = [
      .init("#", .right), .init("title"), .init("score", .right), .init("neighbours", .right),
      .init("genres"),
    ]
    if hasKeys { columns.insert(.init("key"), at: 1) }
    var table = Table(columns)
    for (index, item) in items.enumerated() {
      var row = [
        "\(index + 1)", item.title, Figures.fixed(item.score, places: 6),
        item.isNew ? "new" : "\(item.neighborCount)",
        item.genres.joined(separator: ", "),
      ]
      if hasKeys { row.insert(item.key ?? item.id, at: 1) }
      table.rows.append(row)
    }
    var lines = table.lines(width: width)
    for (index, item) in items.enumerated().reversed() {
      let neighbors = (item.contributions ?? []).map {
        "user \($0.neighbor) " + Self.signed($0.contribution)
      }
      let reasons = (item.reasons ?? []).prefix(Self.shownReasonCount).map {
        "your movie \($0.item) " + Self.signed($0.contribution)
      }
      lines.insert(
        contentsOf: [Array(reasons), neighbors].flatMap {
          Self.wrapped($0, indent: "     ", width: width ?? 100)
        }, at: index + 2)
    }
    if let fallback { lines.append("(\(fallback.method): \(fallback.reason))") }
    return lines
  }

  private static let shownReasonCount = 5

  private static func signed(_ contribution: Double) -> String {
    (contribution < 0 ? "" : "+") + Figures.fixed(contribution, places: 3)
  }

  private static func item(_ item: JSONInput) throws(JSONInputError) -> Item {
    let id = try item.member("id").value.description
    let payload = try item.optional("payload")
    var genres: [String] = []
    // Others than MovieLens may keep something else under that name.
    for genre in payload?.value.asObject?["genres"]?.asArray ?? [] {
      if let genre = genre.asString { genres.append(genre) }
    }
    var contributions: [(neighbor: String, contribution: Double)]?
    if let explanation = try item.optional("explanation") {
      contributions = []
      for entry in try explanation.elements() {
        contributions?.append(
          (try entry.member("neighbor").value.description, try entry.double("contribution")))
      }
    }
    var reasons: [(item: String, contribution: Double)]?
    if let because = try item.optional("because") {
      reasons = []
      for entry in try because.elements() {
        reasons?.append(
          (try entry.member("item").value.description, try entry.double("contribution")))
      }
    }
    let key = payload?.value.asObject?["key"]?.asString
    return Item(
      id: id, key: key, score: try item.double("score"), neighborCount: try item.int("neighbors"),
      isNew: try item.bool("new", default: false),
      title: payload?.value.asObject?["title"]?.asString ?? (key == nil ? "item \(id)" : ""),
      genres: genres,
      contributions: contributions, reasons: reasons)
  }

  private static func wrapped(_ parts: [String], indent: String, width: Int) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + part.count + 2 <= width {
        lines[lines.count - 1] = last + ", " + part
      } else {
        lines.append(indent + part)
      }
    }
    return lines
  }
}

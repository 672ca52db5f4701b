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
  package var neighborCount: Int { similarities.count }
  /// The neighbours' similarities, by their ids.
  private var similarities: [ByteString: Double] = [:]
  private var neighbors: [JSONValue] = []
  /// Why the method was not the one asked for.
  package var fallback: (method: String, reason: String)?

  /// - Parameter result: of a request to `recommend`.
  package init(_ result: JSONValue) throws(JSONInputError) {
    let result = JSONInput(result)
    items = []
    for item in try result.member("items").elements() { items.append(try Self.item(item)) }
    for neighbor in try result.member("neighbors").elements() {
      let id = try neighbor.member("id").value
      neighbors.append(id)
      similarities[ByteString(id.description)] = try neighbor.double("score")
    }
    if let method = try result.optional("fallback")?.string() {
      fallback = (method, try result.string("reason"))
    }
  }

  /// The items that explanations name.
  package var reasonItems: [UInt32] {
    let shown = items.flatMap { ($0.reasons ?? []).prefix(Self.shownCount) }
    return Set(shown.compactMap { UInt32($0.item) }).sorted()
  }

  /// The users that explanations name.
  package var reasonUsers: [JSONValue] {
    items.contains { $0.contributions?.isEmpty == false } ? neighbors : []
  }

  /// A table, each item followed by who and what contributed to it when that was asked for.
  /// - Parameters:
  ///   - titles: of `reasonItems`, as far as they are known.
  ///   - users: what `reasonUsers` are called, where that is not their ids.
  package func lines(
    width: Int?, titles: [UInt32: String] = [:], users: [ByteString: String] = [:]
  ) -> [String] {
    // Data of one's own may have keys, and no titles or genres.
    let hasKeys = items.contains { $0.key != nil }
    let hasTitles = !hasKeys || items.contains { !$0.title.isEmpty }
    let hasGenres = items.contains { !$0.genres.isEmpty }
    let isShown = [true, hasKeys, hasTitles, true, true, hasGenres]
    func shown<Cell>(_ cells: [Cell]) -> [Cell] {
      zip(cells, isShown).filter(\.1).map(\.0)
    }
    var table = Table(
      shown([
        .init("#", .right), .init("key"), .init("title"), .init("score", .right),
        .init("neighbours", .right), .init("genres"),
      ]))
    for (index, item) in items.enumerated() {
      table.rows.append(
        shown([
          "\(index + 1)", item.key ?? item.id, item.title, Figures.fixed(item.score, places: 6),
          item.isNew ? "new" : "\(item.neighborCount)", item.genres.joined(separator: ", "),
        ]))
    }
    var lines = table.lines(width: width)
    for (index, item) in items.enumerated().reversed() {
      lines.insert(
        contentsOf: explanation(of: item, titles, users, width: width ?? 100), at: index + 2)
    }
    if let fallback {
      lines.append("(what is \(fallback.method), since \(fallback.reason))")
    }
    return lines
  }

  private static let shownCount = 5

  private func explanation(
    of item: Item, _ titles: [UInt32: String], _ users: [ByteString: String], width: Int
  ) -> [String] {
    var lines: [String] = []
    if let reasons = item.reasons, !reasons.isEmpty {
      let parts = reasons.map { reason in
        let title = UInt32(reason.item).flatMap { titles[$0] } ?? "item \(reason.item)"
        return (text: title, contribution: reason.contribution)
      }
      lines += Self.wrapped("you rated", Self.best(parts), width: width)
    }
    if let contributions = item.contributions, !contributions.isEmpty {
      let parts = contributions.map { contribution in
        let id = ByteString(contribution.neighbor)
        let similarity = similarities[id].map {
          " (similarity \(Figures.fixed($0, places: 3)))"
        }
        return (
          text: "user \(users[id] ?? contribution.neighbor)\(similarity ?? "")",
          contribution: contribution.contribution
        )
      }
      lines += Self.wrapped("rated by", Self.best(parts), width: width)
    }
    return lines
  }

  /// The greatest contributions first, and the sum of those that are not shown.
  private static func best(
    _ parts: [(text: String, contribution: Double)]
  ) -> [String] {
    let sorted = parts.enumerated().sorted {
      ($1.element.contribution, $0.offset) < ($0.element.contribution, $1.offset)
    }.map(\.element)
    var texts = sorted.prefix(shownCount).map { "\($0.text) \(signed($0.contribution))" }
    let rest = sorted.dropFirst(shownCount)
    if !rest.isEmpty {
      let sum = rest.reduce(0) { $0 + $1.contribution }
      texts.append("\(rest.count) \(rest.count == 1 ? "other" : "others") \(signed(sum))")
    }
    return texts
  }

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

  /// `     rated by user 2 +0.5; user 7 +0.4`, on as many lines as it takes.
  private static func wrapped(_ word: String, _ parts: [String], width: Int) -> [String] {
    let indent = String(repeating: " ", count: 5)
    var lines = [indent + word]
    let text = parts.map(DisplayWidth.harmless).joined(separator: "; ")
    for word in text.split(separator: " ") {
      if DisplayWidth.of(lines[lines.count - 1]) + 1 + DisplayWidth.of(word) <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(indent + "  " + word)
      }
    }
    return lines
  }
}

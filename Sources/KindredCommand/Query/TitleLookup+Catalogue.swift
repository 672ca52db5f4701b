import JSONCodec
import MovieLens

extension TitleLookup {
  /// Reads the titles of a whole catalogue collection; what has none is called by its key.
  init(of catalogue: String, _ client: DaemonClient) async throws(CommandFailure) {
    var entries: [Entry] = []
    var offset: JSONValue?
    repeat {
      var request: JSONObject = ["limit": 10_000, "with_payload": .array(Self.fields)]
      request["offset"] = offset
      let page = try await client.send(
        .POST, "/collections/\(DaemonClient.escaped(catalogue))/points/scroll", request)
      guard case .object(let result) = page, case .array(let points) = result["points"] else {
        throw CommandFailure("the daemon's answer to a scroll of '\(catalogue)' has no points")
      }
      entries += points.compactMap(Self.entry)
      offset = result["next_page_offset"]
    } while offset != nil && offset != .null
    self.init(entries)
  }

  /// The payload keys that name a point.
  static let fields: [JSONValue] = ["title", "key"]

  static func entry(_ point: JSONValue) -> Entry? {
    guard case .object(let point) = point, case .integer(let id) = point["id"],
      let id = UInt32(exactly: id), case .object(let payload) = point["payload"],
      let title = payload["title"]?.asString ?? payload["key"]?.asString
    else { return nil }
    return Entry(id: id, title: title)
  }
}

extension TitleLookup {
  private static let shownTitleCount = 20
  private static let nearTitleCount = 5

  /// The one title that has all of these words.
  /// - Throws: with the titles that it may have been.
  func entry(
    named words: String, of catalogue: String
  ) throws(CommandFailure) -> TitleLookup.Entry {
    switch find(words) {
    case .one(let entry): return entry
    case .none:
      let near = near(words, limit: Self.nearTitleCount)
      throw CommandFailure(
        "no title in '\(catalogue)' has all the words of '\(words)'"
          + (near.isEmpty ? "" : "; near are:\n" + Self.list(near)))
    case .many(let entries):
      let more =
        entries.count > Self.shownTitleCount
        ? "\n  … and \(entries.count - Self.shownTitleCount) more" : ""
      throw CommandFailure(
        "'\(words)' fits \(entries.count) titles; give more words, the year or the id:\n"
          + Self.list(Array(entries.prefix(Self.shownTitleCount))) + more)
    }
  }

  private static func list(_ entries: [TitleLookup.Entry]) -> String {
    entries.map { "  \($0.id)  \($0.title)" }.joined(separator: "\n")
  }
}

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
  fileprivate static let fields: [JSONValue] = ["title", "key"]

  fileprivate static func entry(_ point: JSONValue) -> Entry? {
    guard case .object(let point) = point, case .integer(let id) = point["id"],
      let id = UInt32(exactly: id), case .object(let payload) = point["payload"],
      let title = payload["title"]?.asString ?? payload["key"]?.asString
    else { return nil }
    return Entry(id: id, title: title)
  }
}

extension DaemonClient {
  /// The item with this key, called by its key where it has no title; nil where there is none.
  func entry(
    withKey key: String, in catalogue: String
  ) async throws(CommandFailure) -> TitleLookup.Entry? {
    try await point(withKey: key, in: catalogue, fields: TitleLookup.fields)
      .flatMap { TitleLookup.entry(.object($0)) }
  }

  /// The titles of the items that the catalogue has, or their keys; none when there is no such collection.
  func titles(of items: [UInt32], in catalogue: String) async -> [UInt32: String] {
    guard !items.isEmpty else { return [:] }
    let request: JSONObject = [
      "ids": .array(items.map { .integer(Int64($0)) }), "with_payload": .array(TitleLookup.fields),
      "with_vector": false,
    ]
    let path = "/collections/\(Self.escaped(catalogue))/points"
    guard case .array(let points)? = try? await send(.POST, path, request) else { return [:] }
    return Dictionary(
      points.compactMap(TitleLookup.entry).map { ($0.id, $0.title) },
      uniquingKeysWith: { first, _ in first })
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

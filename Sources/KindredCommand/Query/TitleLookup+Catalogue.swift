import JSONCodec
import MovieLens

extension TitleLookup {
  /// Reads the titles of a whole catalogue collection.
  init(of catalogue: String, _ client: DaemonClient) async throws(CommandFailure) {
    var entries: [Entry] = []
    var offset: JSONValue?
    repeat {
      var request: JSONObject = ["limit": 10_000, "with_payload": ["title"]]
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

  private static func entry(_ point: JSONValue) -> Entry? {
    guard case .object(let point) = point, case .integer(let id) = point["id"],
      let id = UInt32(exactly: id), case .object(let payload) = point["payload"],
      case .string(let title) = payload["title"]
    else { return nil }
    return Entry(id: id, title: title)
  }
}

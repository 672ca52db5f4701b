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

  fileprivate static func entry(_ point: JSONValue) -> Entry? {
    guard case .object(let point) = point, case .integer(let id) = point["id"],
      let id = UInt32(exactly: id), case .object(let payload) = point["payload"],
      case .string(let title) = payload["title"]
    else { return nil }
    return Entry(id: id, title: title)
  }
}

extension DaemonClient {
  /// Those of these items that the catalogue has; none when there is no such collection.
  func titles(of items: [UInt32], in catalogue: String) async -> [UInt32: String] {
    guard !items.isEmpty else { return [:] }
    let request: JSONObject = [
      "ids": .array(items.map { .integer(Int64($0)) }), "with_payload": ["title"],
      "with_vector": false,
    ]
    let path = "/collections/\(Self.escaped(catalogue))/points"
    guard case .array(let points)? = try? await send(.POST, path, request) else { return [:] }
    return Dictionary(
      points.compactMap(TitleLookup.entry).map { ($0.id, $0.title) },
      uniquingKeysWith: { first, _ in first })
  }
}

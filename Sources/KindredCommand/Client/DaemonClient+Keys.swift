import JSONCodec

/// Points of sets whose ids are keys: a point has a number, and its key in the payload.
extension DaemonClient {
  /// The point with this key; nil where there is none.
  func point(
    withKey key: String, in collection: String, fields: [JSONValue] = []
  ) async throws(CommandFailure) -> JSONObject? {
    let found = try await send(
      .POST, SetTarget.path(collection) + "/points/scroll",
      [
        "filter": ["must": [["key": "key", "match": ["value": .string(key)]]]], "limit": 1,
        "with_payload": fields.isEmpty ? false : .array(fields), "with_vector": false,
      ])
    return found.asObject?["points"]?.asArray?.first?.asObject
  }

  /// The keys of points by the text of their ids, as far as they have some.
  func keys(of ids: [JSONValue], in collection: String) async -> [ByteString: String] {
    guard !ids.isEmpty else { return [:] }
    let request: JSONObject = [
      "ids": .array(ids), "with_payload": ["key"], "with_vector": false,
    ]
    let path = SetTarget.path(collection) + "/points"
    guard case .array(let points)? = try? await send(.POST, path, request) else { return [:] }
    var keys: [ByteString: String] = [:]
    for point in points.compactMap(\.asObject) {
      guard let id = point["id"], let key = point["payload"]?.asObject?["key"]?.asString else {
        continue
      }
      keys[ByteString(id.description)] = key
    }
    return keys
  }
}

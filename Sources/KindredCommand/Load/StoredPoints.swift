import JSONCodec

/// Which points a collection has, and under which keys.
struct StoredPoints {
  private(set) var ids: Set<UInt64> = []
  /// Ids that are not numbers.
  private var others: [String] = []
  private(set) var numbersByKey: [ByteString: UInt64] = [:]

  private static let pageCount = 10_000

  init(of collection: String, _ client: DaemonClient) async throws {
    var offset: JSONValue?
    repeat {
      var request: JSONObject = [
        "limit": .integer(Int64(Self.pageCount)), "with_payload": ["key"], "with_vector": false,
      ]
      request["offset"] = offset
      let page = JSONInput(
        try await client.send(.POST, SetTarget.path(collection) + "/points/scroll", request))
      for point in try page.member("points").elements() {
        guard let id = try? point.member("id").unsigned() else {
          others.append(try point.string("id"))
          continue
        }
        ids.insert(id)
        if let key = try point.optional("payload")?.optional("key")?.value.asString {
          numbersByKey[key] = id
        }
      }
      offset = try page.optional("next_page_offset")?.value
    } while offset != nil && offset != .null
  }

  /// Deletes the points that are not among `kept`.
  /// - Returns: how many.
  func removeAll(
    except kept: some Sequence<UInt64>, from collection: String, _ client: DaemonClient
  ) async throws -> Int {
    let gone =
      ids.subtracting(kept).sorted().map { id in
        id > UInt64(Int64.max) ? JSONValue.unsigned(id) : .integer(Int64(id))
      } + others.map { .string($0) }
    for start in stride(from: 0, to: gone.count, by: Self.pageCount) {
      let part = Array(gone[start..<min(start + Self.pageCount, gone.count)])
      try await client.send(
        .POST, SetTarget.path(collection) + "/points/delete?wait=true", ["points": .array(part)])
    }
    return gone.count
  }
}

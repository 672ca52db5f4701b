import JSONCodec

/// How many points have which value of a payload key, counted from the points themselves: what the
/// daemon's facets count, without the index that these need.
struct ValueCounts {
  /// Texts, whole numbers, true and false; the most frequent first.
  private(set) var hits: [(value: JSONValue, count: Int)] = []
  private var counts: [ByteString: (value: JSONValue, count: Int)] = [:]

  private static let pageCount = 5_000

  /// - Parameter sampleCount: the number of points to look at, from the first on.
  init(
    of key: String, in collection: String, _ filter: JSONValue?, sampleCount: Int? = nil,
    _ client: DaemonClient
  ) async throws {
    let path: JSONPath
    do { path = try JSONPath(parsing: key) } catch {
      throw CommandFailure(.usage, "'\(key)' is not a payload key: \(error)")
    }
    var offset: JSONValue?
    var seenCount = 0
    repeat {
      let limit = min(sampleCount.map { $0 - seenCount } ?? Self.pageCount, Self.pageCount)
      var request: JSONObject = [
        "limit": .integer(Int64(limit)), "with_payload": [.string(key)], "with_vector": false,
      ]
      request["filter"] = filter
      request["offset"] = offset
      let page = JSONInput(
        try await client.send(.POST, SetTarget.path(collection) + "/points/scroll", request))
      let points = try page.member("points").elements()
      for point in points {
        if let payload = try point.optional("payload")?.object() {
          count(payload.values(at: path))
        }
      }
      seenCount += points.count
      offset = try page.optional("next_page_offset")?.value
    } while offset != nil && seenCount < sampleCount ?? .max
    hits = counts.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map(\.value)
  }

  /// Counts each of the values of one point once.
  private mutating func count(_ values: [JSONValue]) {
    var own: Set<ByteString> = []
    for value in values.flatMap({ $0.asArray ?? [$0] }) {
      switch value {
      case .string, .integer, .unsigned, .bool: break
      default: continue
      }
      let key = ByteString(value.description)
      if own.insert(key).inserted { counts[key, default: (value, 0)].count += 1 }
    }
  }
}

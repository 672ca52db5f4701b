import JSONCodec

/// The points of a collection by ascending ids, page by page; pages have about as many bytes whatever
/// the size of the points.
actor PointPages {
  private let client: DaemonClient
  private let path: String
  private let filter: JSONValue?
  private let vectors: JSONValue
  private let payload: JSONValue
  private var size: PageSize
  private var offset: JSONValue?
  private var isOver = false

  /// - Parameters:
  ///   - vectors: what `with_vector` takes.
  ///   - maxLimit: points a page.
  init(
    of collection: String, _ client: DaemonClient, filter: JSONValue? = nil,
    vectors: JSONValue = true, payload: JSONValue = true, maxLimit: Int? = nil
  ) {
    self.client = client
    path = SetTarget.path(collection) + "/points/scroll"
    self.filter = filter
    self.vectors = vectors
    self.payload = payload
    size = PageSize(maxLimit: maxLimit)
  }

  /// The next points; nil at the end.
  func next() async throws -> [JSONObject]? {
    while !isOver {
      var request: JSONObject = [
        "limit": .integer(Int64(size.limit)), "with_payload": payload, "with_vector": vectors,
      ]
      request["filter"] = filter
      request["offset"] = offset
      let answer = try await client.askPatiently(.POST, path, request.encoded)
      if answer.status == 413, size.shrink() { continue }
      let page = JSONInput(try answer.result())
      do {
        let points = try page.member("points").elements().map { (point) throws(JSONInputError) in
          try point.object()
        }
        offset = try page.optional("next_page_offset")?.value
        isOver = offset == nil
        size.adapt(to: answer.byteCount, points.count)
        if !points.isEmpty { return points }
      } catch {
        throw CommandFailure("the points of \(client.access) are not as expected: \(error)")
      }
    }
    return nil
  }
}

/// How many points to ask for, so that answers have about as many bytes.
struct PageSize {
  private(set) var limit: Int
  private let maxLimit: Int

  /// The size of an answer that is aimed at.
  private static let enoughBytes = 4 << 20
  /// Points may be as large as a body.
  private static let firstLimit = 8

  init(maxLimit: Int? = nil) {
    self.maxLimit = min(maxLimit ?? .max, 5_000)
    limit = min(Self.firstLimit, self.maxLimit)
  }

  /// - Parameters:
  ///   - byteCount: the size of an answer.
  ///   - pointCount: the number of points in it.
  mutating func adapt(to byteCount: Int, _ pointCount: Int) {
    guard pointCount > 0 else { return }
    let wanted = Self.enoughBytes / max(byteCount / pointCount, 1)
    limit = min(max(wanted, 1), limit * 4, maxLimit)
  }

  /// After an answer that would have been too large.
  /// - Returns: false where it cannot be smaller.
  mutating func shrink() -> Bool {
    guard limit > 1 else { return false }
    limit = max(limit / 4, 1)
    return true
  }
}

extension JSONObject {
  /// A point as it is stored: its id, its vectors and its payload, in this order; other members are of
  /// the answer that it comes from.
  var storedPoint: JSONObject {
    func orEmpty(_ value: JSONValue?) -> JSONValue {
      if let value, value != .null { value } else { [:] }
    }
    return JSONObject(uniqueMembers: [
      .init(name: "id", value: self["id"] ?? .null),
      .init(name: "vector", value: orEmpty(self["vector"])),
      .init(name: "payload", value: orEmpty(self["payload"])),
    ])
  }
}

import JSONCodec
import SparseIndex

extension RatedSet {
  /// The collection of a daemon, read page by page through its API; nothing there is changed. What
  /// others write meanwhile may be seen or not.
  ///
  /// - Parameter catalogue: nil for the one that the collection was loaded with.
  static func collection(
    _ name: String, using vector: String, catalogue: String?, _ client: DaemonClient,
    _ activity: ActivityDisplay
  ) async throws -> RatedSet {
    guard let info = try await client.collection(name) else {
      throw CommandFailure("there is no collection '\(name)'; name it with --collection")
    }
    try checkVector(vector, of: name, info)
    let record = SetRecord(of: info)
    var users = RatedUsers()
    let request: JSONObject = ["with_payload": false, "with_vector": [.string(vector)]]
    try await forEachPoint(of: name, request, client) { point in
      guard let entries = try point.optional("vector")?.optional(vector) else { return }
      let items = try entries.member("indices").elements().map { input in
        guard let item = UInt32(exactly: try input.unsigned()) else {
          throw input.error("not an item")
        }
        return item
      }
      let weights = try entries.member("values").elements().map { try $0.float() }
      // Ascending and finite, as the daemon keeps it.
      let ratings = try SparseVector(dimensions: items, weights: weights)
      guard ratings.count > 0 else { return }
      users.append(
        try pointID(point.member("id")), items: ratings.dimensions, weights: ratings.weights,
        values: ratings.weights.map { Double($0) })
      activity.note("\(Figures.grouped(users.ratingCount)) ratings")
    }
    users.sort()
    var source: JSONObject = [
      "kind": "collection", "collection": .string(name), "using": .string(vector),
    ]
    let catalogueName = catalogue ?? record?.catalogue
    var payloads: [UInt32: JSONObject] = [:]
    if let catalogueName {
      if try await client.collection(catalogueName) != nil {
        source["catalogue"] = .string(catalogueName)
        try await forEachPoint(
          of: catalogueName, ["with_payload": true, "with_vector": false], client
        ) { point in
          guard let id = try? point.member("id").unsigned(), let item = UInt32(exactly: id) else {
            return
          }
          payloads[item] = try point.optional("payload")?.object() ?? [:]
        }
      } else if catalogue != nil {
        throw CommandFailure("there is no collection '\(catalogueName)' for --catalogue")
      }
    }
    if let record { source["scale"] = .string(record.scale) }
    return RatedSet(
      users: users, catalogue: payloads, values: RatingValues(of: record),
      isCentered: record?.scale == Scale.userMean.rawValue, source: source)
  }

  private static func checkVector(
    _ vector: String, of name: String, _ info: JSONValue
  ) throws(CommandFailure) {
    let parameters = try? JSONInput(info).member("config").member("params")
      .optional("sparse_vectors")?.optional(vector)
    guard let parameters else {
      throw CommandFailure(
        "collection '\(name)' has no sparse vector '\(vector)'; name the one that holds ratings "
          + "with --using")
    }
    guard (try? parameters.string("modifier", default: "none")) == "none" else {
      throw CommandFailure(
        "collection '\(name)' weighs '\(vector)' by inverse document frequency: these are no ratings"
      )
    }
  }

  private static let pageCount: Int64 = 500

  private static func forEachPoint(
    of name: String, _ request: JSONObject, _ client: DaemonClient,
    _ body: (JSONInput) throws -> Void
  ) async throws {
    var request = request
    request["limit"] = .integer(pageCount)
    var offset: JSONValue?
    repeat {
      request["offset"] = offset
      let page = JSONInput(
        try await client.send(.POST, SetTarget.path(name) + "/points/scroll", request))
      do {
        for point in try page.member("points").elements() { try body(point) }
        offset = try page.optional("next_page_offset")?.value
      } catch {
        throw CommandFailure("the daemon's answer is not as expected: \(error)")
      }
    } while offset != nil
  }

  private static func pointID(_ input: JSONInput) throws(JSONInputError) -> PointID {
    if let id = try? input.unsigned() { return .integer(id) }
    guard let id = PointID(uuid: try input.string()) else { throw input.error("not a point's id") }
    return id
  }
}

extension RatingValues {
  /// What a load says of the weights of a collection. On the other scales a weight is all that is
  /// known, and with moments that no load wrote: products with them stay finite.
  init(of record: SetRecord?) {
    if let record, record.scale == "zscore", let mean = record.mean,
      let deviation = record.deviation, mean.magnitude <= 1e30, deviation >= 1e-30,
      deviation <= 1e30
    {
      self = .standardized(mean: mean, deviation: deviation)
    } else {
      self = record?.scale == "log" ? .logarithms : .ratings
    }
  }
}

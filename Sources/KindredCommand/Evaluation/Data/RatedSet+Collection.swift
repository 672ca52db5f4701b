import JSONCodec
import Kindred
import KindredServer
import SparseIndex

extension RatedSet {
  /// The collection of a daemon, read page by page through its API; nothing there is changed. What
  /// others write meanwhile may be seen or not.
  ///
  /// - Parameters:
  ///   - catalogue: nil for the one that the collection was loaded with.
  ///   - needsTimes: refuses a collection that does not keep when everything was rated.
  static func collection(
    _ name: String, using vector: String, catalogue: String?, needsTimes: Bool,
    _ client: DaemonClient, _ activity: ActivityDisplay
  ) async throws -> RatedSet {
    guard let info = try await client.collection(name) else {
      throw CommandFailure("there is no collection '\(name)'; name it with --collection")
    }
    try checkVector(vector, of: name, info)
    let record = SetRecord(of: info)
    let times = needsTimes ? try timesVector(of: name, using: vector, record, info) : nil
    var users = RatedUsers()
    try await forEachPoint(
      PointPages(
        of: name, client,
        vectors: .array([.string(vector)] + (times.map { [.string($0)] } ?? [])), payload: false)
    ) { point in
      guard let entries = try point.optional("vector")?.optional(vector) else { return }
      // Ascending and finite, as the daemon keeps it.
      let ratings = try SparseVector(
        dimensions: entries.member("indices").unsigned32s(),
        weights: entries.member("values").floats())
      guard ratings.count > 0 else { return }
      let id = try point.member("id")
      guard let user = PointIDText.id(id.value) else { throw id.error("not a point's id") }
      users.append(
        user, items: ratings.dimensions, weights: ratings.weights,
        values: ratings.weights.map { Double($0) },
        times: try times.map {
          try seconds(
            of: ratings.dimensions, in: point, $0, "user \(PointIDText.text(id.value)) of '\(name)'"
          )
        })
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
        try await forEachPoint(PointPages(of: catalogueName, client, vectors: false)) { point in
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
        "collection '\(name)' weighs '\(vector)' by inverse document frequency: not ratings"
      )
    }
  }

  private static func timesVector(
    of name: String, using vector: String, _ record: SetRecord?, _ info: JSONValue
  ) throws(CommandFailure) -> String {
    guard vector == SetTarget.vector, let times = record?.times else {
      throw CommandFailure(
        "--by-time needs times, which collection '\(name)' does not keep for '\(vector)': "
          + "load the set with --keep-times, or name its files")
    }
    try checkVector(times, of: name, info)
    return times
  }

  /// When the user has rated the items.
  private static func seconds(
    of items: [UInt32], in point: JSONInput, _ times: String, _ user: String
  ) throws -> [Int64] {
    let entries = try point.optional("vector")?.optional(times)
    let weights = try entries.map {
      try Dictionary(
        zip($0.member("indices").unsigned32s(), $0.member("values").floats()),
        uniquingKeysWith: { $1 })
    }
    return try items.map { item in
      guard let seconds = weights?[item].flatMap({ RatingTime.seconds(of: $0) }) else {
        throw CommandFailure(
          "--by-time needs times, and the vector '\(times)' of \(user) has none for item "
            + "\(item)")
      }
      return seconds
    }
  }

  private static func forEachPoint(
    _ pages: PointPages, _ body: (JSONInput) throws -> Void
  ) async throws {
    while let page = try await pages.next() {
      do {
        for point in page { try body(JSONInput(.object(point))) }
      } catch let failure as CommandFailure {
        throw failure
      } catch {
        throw CommandFailure("the daemon's answer is not as expected: \(error)")
      }
    }
  }
}

extension RatingValues {
  /// Reads from a load's record how weights were made. A weight is all that is known on other scales,
  /// and where no load can have written the moments: products with those stay finite.
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

import JSONCodec
import SparseIndex

/// A recommendation by a server that has none of its own, in the two steps of the notebook: search for
/// the people nearest to one's ratings, then sum theirs, item by item, without what one has rated.
///
/// The same as `"method": "notebook"` of Kindred: weights are summed in Float64 in the order of the
/// neighbours and rounded once; equal scores have the higher id first.
struct TwoStepRecommendation {
  let collection: String
  /// The body that Kindred's own endpoint would get.
  let request: JSONInput
  let client: DaemonClient

  private typealias Rating = (item: UInt32, weight: Double)

  private struct Neighbor {
    var id: JSONValue
    var score: JSONValue
    var ratings: [Rating]
  }

  private static let neighborCount = 20
  /// Items whose payloads are looked at in one request.
  private static let partCount = 500
  /// Parameters that only Kindred's own `recommend` endpoint has.
  private static let others = [
    "similarity", "similarity_power", "shrinkage", "popularity", "diversity", "new_items", "model",
    "points", "items",
  ]

  init(_ request: JSONObject, of collection: String, _ client: DaemonClient) {
    self.request = JSONInput(.object(request))
    self.collection = collection
    self.client = client
  }

  /// In the shape of Kindred's answer.
  func result() async throws -> JSONValue {
    do { return try await recommended() } catch let error as JSONInputError {
      throw CommandFailure("\(client.access) answered something else than expected: \(error)")
    }
  }

  private func recommended() async throws -> JSONValue {
    try check()
    let using = try request.string("using")
    let own = try await ratings(using)
    let neighbors = try await nearest(to: own, using)
    var scores: [UInt32: (score: Double, count: Int)] = [:]
    for neighbor in neighbors {
      for (item, weight) in neighbor.ratings {
        let sum = scores[item] ?? (0, 0)
        scores[item] = (sum.score + weight, sum.count + 1)
      }
    }
    if try request.bool("exclude_rated", default: true) {
      for rating in own { scores[rating.item] = nil }
    }
    for item in try request.optional("exclude")?.elements() ?? JSONInput([]).elements() {
      if let item = UInt32(exactly: try item.unsigned()) { scores[item] = nil }
    }
    let least = try request.int("min_neighbors", default: 1)
    let ranked = scores.filter { $0.value.count >= least }
      .map { (item: $0.key, score: Float(saturating: $0.value.score), count: $0.value.count) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.item > $1.item }
    let offset = try request.int("offset", default: 0)
    let limit = try request.int("limit", default: 10)
    let catalogue = try request.optional("catalogue")?.string()
    let chosen = try await self.chosen(ranked.map(\.item), offset, limit, catalogue)
    let payloads = try await self.payloads(of: chosen, catalogue)
    let rank = Dictionary(
      uniqueKeysWithValues: ranked.enumerated().map { ($0.element.item, $0.offset) })
    let explains = try request.bool("explain", default: false)
    let items = chosen.compactMap { item -> JSONValue? in
      guard let place = rank[item] else { return nil }
      var answer: JSONObject = [
        "id": .integer(Int64(item)), "score": Self.json(ranked[place].score),
        "neighbors": .integer(Int64(ranked[place].count)),
      ]
      answer["payload"] = payloads[item].map { .object($0) }
      if explains { explain(item, own, neighbors, &answer) }
      return .object(answer)
    }
    return [
      "items": .array(items),
      "neighbors": .array(neighbors.map { ["id": $0.id, "score": $0.score] }),
      "method": "notebook",
    ]
  }

  private func check() throws {
    let method = try request.string("method", default: "auto")
    guard ["auto", "notebook"].contains(method) else {
      throw CommandFailure(
        "\(client.access) has no recommendations of its own: only --method notebook can be made of its "
          + "searches, not \(method)")
    }
    for name in Self.others where request.has(name) {
      throw CommandFailure(
        "\(client.access) has no recommendations of its own: '\(name)' cannot be made of its searches"
      )
    }
    if method == "auto" {
      printError("(\(client.access) has no recommendations of its own: made by --method notebook)")
    }
  }

  // MARK: Neighbours

  /// The subject's ratings, ascending by item.
  private func ratings(_ using: String) async throws -> [Rating] {
    var ratings: [UInt32: Double] = [:]
    if let point = try request.optional("point") {
      let found = try await client.send(
        .POST, SetTarget.path(collection) + "/points",
        ["ids": [point.value], "with_vector": [.string(using)], "with_payload": false])
      guard let user = found.asArray?.first else {
        throw CommandFailure("there is no user \(point.value) in '\(collection)'")
      }
      for rating in try Self.ratings(JSONInput(user), using) {
        ratings[rating.item] = rating.weight
      }
    }
    for member in try request.optional("ratings")?.object().members ?? [] {
      guard let item = UInt32(member.name) else { continue }
      ratings[item] = try JSONInput(member.value).double()
    }
    return ratings.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  private func nearest(to own: [Rating], _ using: String) async throws -> [Neighbor] {
    // Nobody is like somebody who has rated nothing.
    if own.isEmpty { return [] }
    var filter = JSONObject()
    if let given = try request.optional("filter") { filter["must"] = [given.value] }
    if let point = try request.optional("point") {
      filter["must_not"] = [["has_id": [point.value]]]
    }
    var search: JSONObject = [
      "query": [
        "indices": .array(own.map { .integer(Int64($0.item)) }),
        "values": .array(own.map { .double($0.weight) }),
      ],
      "using": .string(using), "with_vector": [.string(using)], "with_payload": false,
      "limit": .integer(Int64(try request.int("neighbors", default: Self.neighborCount))),
    ]
    if !filter.isEmpty { search["filter"] = .object(filter) }
    let found = JSONInput(
      try await client.send(.POST, SetTarget.path(collection) + "/points/query", search))
    return try found.member("points").elements().map { (point) throws(JSONInputError) in
      Neighbor(
        id: try point.member("id").value, score: try point.member("score").value,
        ratings: try Self.ratings(point, using))
    }
  }

  private static func ratings(
    _ point: JSONInput, _ using: String
  ) throws(JSONInputError) -> [Rating] {
    guard let vector = try point.optional("vector")?.optional(using) else { return [] }
    // Weights have 32 bits, whatever their text looks like.
    let weights = try vector.member("values").floats()
    let items = try vector.member("indices").unsigned32s()
    guard items.count == weights.count else { throw vector.error("expected as many values") }
    return zip(items, weights).map { ($0, Double($1)) }
  }

  // MARK: Their items

  /// The items of the page that is asked for, as far as the conditions on items let them through.
  private func chosen(
    _ ranked: [UInt32], _ offset: Int, _ limit: Int, _ catalogue: String?
  ) async throws -> [UInt32] {
    guard let filter = try request.optional("item_filter")?.value else {
      return Array(ranked.dropFirst(offset).prefix(limit))
    }
    guard let catalogue else {
      throw CommandFailure(.usage, "--item-where needs to know the movies: name their --catalogue")
    }
    var passing: [UInt32] = []
    for start in stride(from: 0, to: ranked.count, by: Self.partCount) {
      let part = ranked[start..<min(start + Self.partCount, ranked.count)]
      let ids: [JSONValue] = part.map { .integer(Int64($0)) }
      let found = JSONInput(
        try await client.send(
          .POST, SetTarget.path(catalogue) + "/points/scroll",
          [
            "filter": ["must": [filter, ["has_id": .array(ids)]]], "with_payload": false,
            "with_vector": false, "limit": .integer(Int64(ids.count)),
          ]))
      let allowed = Set(
        try found.member("points").elements().compactMap { try $0.member("id").value.asDouble })
      passing += part.filter { allowed.contains(Double($0)) }
      // No more than are wanted.
      if passing.count - limit >= offset { break }
    }
    return Array(passing.dropFirst(offset).prefix(limit))
  }

  private func payloads(
    of items: [UInt32], _ catalogue: String?
  ) async throws -> [UInt32: JSONObject] {
    guard let catalogue, !items.isEmpty else { return [:] }
    let found = JSONInput(
      try await client.send(
        .POST, SetTarget.path(catalogue) + "/points",
        [
          "ids": .array(items.map { .integer(Int64($0)) }), "with_payload": true,
          "with_vector": false,
        ]))
    var payloads: [UInt32: JSONObject] = [:]
    for point in try found.elements() {
      guard let item = UInt32(exactly: try point.member("id").unsigned()) else { continue }
      payloads[item] = try point.optional("payload")?.object()
    }
    return payloads
  }

  /// Says which neighbours contributed what, and which of one's own ratings did so through them.
  private func explain(
    _ item: UInt32, _ own: [Rating], _ neighbors: [Neighbor], _ answer: inout JSONObject
  ) {
    var explanation: [(neighbor: JSONValue, contribution: Float)] = []
    var reasons = [Double](repeating: 0, count: own.count)
    for neighbor in neighbors {
      let ratings = Dictionary(neighbor.ratings.map { ($0.item, $0.weight) }) { $1 }
      guard let contribution = ratings[item] else { continue }
      explanation.append((neighbor.id, Float(saturating: contribution)))
      let products = own.map { $0.weight * (ratings[$0.item] ?? 0) }
      let sum = products.reduce(0, +)
      guard sum != 0 else { continue }
      for (index, product) in products.enumerated() {
        reasons[index] += contribution * (product / sum)
      }
    }
    let sorted = zip(own, reasons).filter { $0.1 != 0 }
      .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.item > $1.0.item }
    // Neighbours who added as much stay in the order of their likeness.
    let best = explanation.enumerated().sorted {
      ($1.element.contribution, $0.offset) < ($0.element.contribution, $1.offset)
    }
    answer["explanation"] = .array(
      best.map { ["neighbor": $1.neighbor, "contribution": Self.json($1.contribution)] })
    answer["because"] = .array(
      sorted.map { rating, contribution in
        [
          "item": .integer(Int64(rating.item)),
          "contribution": Self.json(Float(saturating: contribution)),
        ]
      })
  }

  /// A number of 32 bits, as short as it can be.
  private static func json(_ value: Float) -> JSONValue {
    .double(Double(value.description) ?? Double(value))
  }
}

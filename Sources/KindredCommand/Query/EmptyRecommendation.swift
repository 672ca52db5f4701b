import JSONCodec

/// Why nothing is recommended, or not by the method that was asked for, in words.
struct EmptyRecommendation {
  var collection: String
  var catalogue: String
  var using: String
  var clauses: [WhereClause]
  var itemClauses: [WhereClause]
  var preferences: [Preference]
  /// Their names for people, and their ids.
  var users: [(name: String, id: JSONValue)]
  var offset: Int
  var client: DaemonClient

  /// One question each.
  private static let maxPreferenceCount = 20

  /// - Returns: nil where there is nothing to add to the answer.
  func reason(_ answer: RecommendationAnswer) async throws -> String? {
    if let reason = await EmptyAnswer(collection, "user", client).reason(clauses) {
      return reason
    }
    if !itemClauses.isEmpty,
      let reason = await EmptyAnswer(catalogue, "movie", client).reason(itemClauses)
    {
      return reason
    }
    if !users.isEmpty, preferences.isEmpty, try await haveRatedNothing() {
      let names = users.map(\.name).joined(separator: ", ")
      return users.count == 1
        ? "user \(names) has rated nothing" : "users \(names) have rated nothing"
    }
    let unknown = try await unknownPreferences()
    if !unknown.isEmpty {
      let names = unknown.map {
        $0.title == nil ? "\($0.name), which '\(catalogue)' does not have" : $0.name
      }
      return (clauses.isEmpty ? "nobody" : "no user who passes --where")
        + " has rated \(names.joined(separator: ", nor "))"
    }
    guard answer.items.isEmpty else { return nil }
    if offset > 0 { return "there are no more than \(Figures.grouped(offset)) to recommend" }
    return answer.neighborCount == 0
      ? "nobody found who rated any of these"
      : "the neighbours have rated nothing else" + (itemClauses.isEmpty ? "" : " that passes")
  }

  private func haveRatedNothing() async throws -> Bool {
    let points = try await client.send(
      .POST, SetTarget.path(collection) + "/points",
      ["ids": .array(users.map(\.id)), "with_vector": [.string(using)], "with_payload": false])
    return (points.asArray ?? []).allSatisfy { point in
      let vector = point.asObject?["vector"]?.asObject?[using]
      return vector?.asObject?["indices"]?.asArray?.isEmpty ?? true
    }
  }

  /// The preferences, if nobody who passes the filter has rated any of them; else none.
  private func unknownPreferences() async throws -> [Preference] {
    guard preferences.count <= Self.maxPreferenceCount else { return [] }
    var unknown: [Preference] = []
    for preference in preferences {
      var request: JSONObject = [
        "query": ["indices": [.integer(Int64(preference.item))], "values": [1]],
        "using": .string(using), "limit": 1, "with_payload": false,
      ]
      request["filter"] = WhereClause.filter(clauses)
      let answer = try await client.send(
        .POST, SetTarget.path(collection) + "/points/query", request)
      if answer.asObject?["points"]?.asArray?.isEmpty ?? false { unknown.append(preference) }
    }
    return unknown
  }
}

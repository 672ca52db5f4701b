import JSONCodec

/// Why no point passes conditions, in words.
struct EmptyAnswer {
  private let collection: String
  /// One of them, as in `user`.
  private let noun: String
  private let client: DaemonClient

  private static let sampleCount: Int64 = 200
  private static let shownValueCount = 8

  init(_ collection: String, _ noun: String, _ client: DaemonClient) {
    self.collection = collection
    self.noun = noun
    self.client = client
  }

  /// - Returns: nil when there are points that pass, or the daemon does not let us look: not to know why
  ///   an answer is empty makes it none the worse.
  func reason(_ clauses: [WhereClause]) async -> String? {
    (try? await found(clauses)) ?? nil
  }

  private func found(_ clauses: [WhereClause]) async throws -> String? {
    guard try await client.count(collection, WhereClause.filter(clauses)) == 0 else { return nil }
    guard try await client.count(collection, nil) > 0 else { return "'\(collection)' is empty" }
    for clause in clauses
    where try await client.count(collection, WhereClause.filter([clause])) == 0 {
      if let reason = try await found(key: clause.key) { return reason }
      return "no \(noun) of '\(collection)' has \(clause.text)"
        + (try await values(of: clause))
    }
    return "no \(noun) of '\(collection)' passes all of: "
      + clauses.map(\.text).joined(separator: ", ")
  }

  /// - Returns: nil when there are points with that payload key, or the daemon does not let us look.
  func reason(key: String) async -> String? { (try? await found(key: key)) ?? nil }

  private func found(key: String) async throws -> String? {
    let without: JSONValue = ["must_not": [["is_empty": ["key": .string(key)]]]]
    guard try await client.count(collection, without) == 0 else { return nil }
    let keys = try await self.keys()
    let near = Suggestion.nearest(to: key, among: keys)
    let known =
      keys.isEmpty
      ? "; none of the first has any" : "; there are: \(keys.joined(separator: ", "))"
    return "no \(noun) of '\(collection)' has a payload key '\(key)'"
      + (near.isEmpty ? known : Suggestion.question(near))
  }

  /// The payload keys that the first points have.
  private func keys() async throws(CommandFailure) -> [String] {
    let page = try await client.send(
      .POST, SetTarget.path(collection) + "/points/scroll",
      ["limit": .integer(Self.sampleCount), "with_payload": true, "with_vector": false])
    var known: Set<ByteString> = []
    var keys: [String] = []
    for point in page.asObject?["points"]?.asArray ?? [] {
      for member in point.asObject?["payload"]?.asObject?.members ?? []
      where known.insert(ByteString(member.name)).inserted {
        keys.append(member.name)
      }
    }
    return keys
  }

  /// `; the first points have 1, 18, 25`, or how the value has to be written.
  private func values(of clause: WhereClause) async throws -> String {
    let values = try await ValueCounts(
      of: clause.key, in: collection, nil, sampleCount: Int(Self.sampleCount), client
    ).hits.map(\.value)
    guard let first = values.first else { return "" }
    if first.asString != nil, clause.value.asString == nil, clause.isEquality {
      return "; its values are texts, which quotes make: "
        + "--where '\(clause.key)\(clause.relation.rawValue)\"\(clause.valueText)\"'"
    }
    let shown = values.prefix(Self.shownValueCount).map(PointIDText.text)
    return "; there are\(values.count > shown.count ? " for example" : ""): "
      + shown.joined(separator: ", ")
  }
}

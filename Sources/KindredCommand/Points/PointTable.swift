import JSONCodec

/// Points as a table: their ids, a column for each key of their payloads, and how many weights their
/// vectors have.
package struct PointTable: Sendable {
  private var rows: [(id: String, score: String?, payload: JSONObject, vectors: String)] = []
  /// Keys of payloads, in the order of their first appearance.
  private var keys: [String] = []
  private var known: Set<ByteString> = []

  /// More would leave no room for any of them; the rest is one column of JSON.
  private static let maxKeyCount = 8

  /// - Parameter points: as the daemon answers them.
  package init(_ points: some Sequence<JSONInput>) throws(JSONInputError) {
    for point in points {
      let payload = try point.optional("payload")?.object() ?? [:]
      for name in payload.members.map(\.name) where known.insert(ByteString(name)).inserted {
        keys.append(name)
      }
      rows.append(
        (
          PointIDText.text(try point.member("id").value),
          try point.optional("score").map { (input) throws(JSONInputError) in
            Figures.fixed(try input.double(), places: 6)
          },
          payload, try Self.vectors(point.optional("vector"))
        ))
    }
  }

  package func lines(width: Int?) -> [String] {
    let shown = Array(keys.prefix(Self.maxKeyCount))
    let rest = Set(keys[shown.count...].map { ByteString($0) })
    let hasScores = rows.contains { $0.score != nil }
    let hasVectors = rows.contains { !$0.vectors.isEmpty }
    let areNumbers = rows.allSatisfy { UInt64($0.id) != nil }
    var table = Table([.init("id", areNumbers ? .right : .left)])
    if hasScores { table.columns.append(.init("score", .right)) }
    table.columns += shown.map { name in
      let isNumber = rows.allSatisfy { $0.payload[name]?.isNumber ?? true }
      return .init(name, isNumber ? .right : .left)
    }
    if !rest.isEmpty { table.columns.append(.init("…")) }
    if hasVectors { table.columns.append(.init("vectors")) }
    table.rows = rows.map { row in
      var cells = [row.id]
      if hasScores { cells.append(row.score ?? "") }
      cells += shown.map { row.payload[$0].map(Self.text) ?? "" }
      if !rest.isEmpty {
        var others = row.payload
        others.removeMembers { !rest.contains(ByteString($0.name)) }
        cells.append(others.isEmpty ? "" : others.description)
      }
      if hasVectors { cells.append(row.vectors) }
      return cells
    }
    return table.lines(width: width)
  }

  /// Texts without quotes, lists of texts with commas, all else as JSON.
  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): return text
    case .null: return ""
    case .array(let elements):
      let texts = elements.compactMap(\.asString)
      return texts.count == elements.count ? texts.joined(separator: ", ") : value.description
    default: return value.description
    }
  }

  /// `ratings: 53 weights, image: 512 numbers`
  private static func vectors(_ input: JSONInput?) throws(JSONInputError) -> String {
    guard let input else { return "" }
    guard let named = input.value.asObject else { return size(input.value) }
    return named.members.map { "\($0.name): \(size($0.value))" }.joined(separator: ", ")
  }

  private static func size(_ vector: JSONValue) -> String {
    if let weights = vector.asObject?["indices"]?.asArray {
      return "\(Figures.grouped(weights.count)) weights"
    }
    guard let rows = vector.asArray else { return "" }
    return rows.first?.asArray == nil
      ? "\(Figures.grouped(rows.count)) numbers" : "\(Figures.grouped(rows.count)) rows"
  }
}

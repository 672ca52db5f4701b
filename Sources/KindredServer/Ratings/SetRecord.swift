import JSONCodec

/// The record that a load leaves in the metadata of its collections, in the member `kindred`: which
/// set is in there, and how its ratings became weights.
package struct SetRecord: Equatable, Sendable {
  package static let member = "kindred"

  /// `movielens` or `ratings`.
  package var kind: String
  /// Absolute paths; by these a set is recognised.
  package var source: [String]
  package var collection: String
  package var catalogue: String
  package var scale = "zscore"
  package var mean: Double?
  package var deviation: Double?
  package var likedFrom: Double?
  /// The columns by their roles, as the file calls them.
  package var columns: JSONObject = [:]
  /// `numbers` or `keys`.
  package var users = "numbers"
  package var items = "numbers"
  /// The sparse vector that says when each item was rated, as `RatingTime` has it; nil where nobody
  /// has asked for that.
  package var times: String?
  package var ratingCount = 0
  package var loadedAt = ""
  /// False from the start of a load to its end.
  package var isComplete = false

  package init(kind: String, source: [String], collection: String, catalogue: String) {
    self.kind = kind
    self.source = source
    self.collection = collection
    self.catalogue = catalogue
  }

  /// - Parameter info: the daemon's answer for a collection.
  /// - Returns: nil where no load has left anything.
  package init?(of info: JSONValue) {
    guard
      let record = try? JSONInput(info).member("config").optional("metadata")?
        .optional(Self.member), let kind = try? record.string("kind"),
      let source = try? record.member("source").elements().map({ try $0.string() }),
      let collection = try? record.string("collection"),
      let catalogue = try? record.string("catalogue")
    else { return nil }
    self.init(kind: kind, source: source, collection: collection, catalogue: catalogue)
    scale = (try? record.string("scale")) ?? ""
    mean = try? record.optional("mean")?.double()
    deviation = try? record.optional("deviation")?.double()
    likedFrom = try? record.optional("liked_from")?.double()
    columns = (try? record.optional("columns")?.object()) ?? [:]
    users = (try? record.string("users")) ?? "numbers"
    items = (try? record.string("items")) ?? "numbers"
    times = try? record.optional("times")?.string()
    ratingCount = (try? record.int("ratings")) ?? 0
    loadedAt = (try? record.string("loaded_at")) ?? ""
    isComplete = (try? record.bool("complete", default: false)) ?? false
  }

  package var metadata: JSONObject {
    var record: JSONObject = [
      "kind": .string(kind), "source": .array(source.map { .string($0) }),
      "collection": .string(collection), "catalogue": .string(catalogue), "scale": .string(scale),
    ]
    if let mean { record["mean"] = .double(mean) }
    if let deviation { record["deviation"] = .double(deviation) }
    if let likedFrom { record["liked_from"] = .double(likedFrom) }
    if !columns.isEmpty { record["columns"] = .object(columns) }
    record["users"] = .string(users)
    record["items"] = .string(items)
    if let times { record["times"] = .string(times) }
    record["ratings"] = .integer(Int64(ratingCount))
    record["loaded_at"] = .string(loadedAt)
    record["complete"] = .bool(isComplete)
    return [Self.member: .object(record)]
  }

  package func isSameSet(as other: SetRecord) -> Bool {
    kind == other.kind && source == other.source && source != ["standard input"]
  }
}

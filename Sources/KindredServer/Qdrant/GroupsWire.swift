import JSONCodec
import Kindred

extension QueryGroupsRequest {
  /// Reads what is about groups from a body whose query is read already.
  /// - Parameter prefix: what Qdrant's validation errors put before the path.
  init(
    _ input: JSONInput, source: QueryRequest,
    prefix: String = "search_group_request.group_request."
  ) throws {
    self.init(
      source.stage, groupBy: try input.member("group_by").keyPath(),
      groupSize: try input.limit(["group_size"], default: 3, prefix: prefix),
      limit: try input.limit(default: 10, prefix: prefix),
      withPayload: source.withPayload, withVector: source.withVector,
      withLookup: try input.optional("with_lookup").map { try WithLookup($0) })
  }
}

extension WithLookup {
  /// A collection's name, or `{collection, with_payload, with_vectors}`.
  fileprivate init(_ input: JSONInput) throws {
    if case .string(let name) = input.value {
      self.init(collection: name)
      return
    }
    self.init(
      collection: try input.string("collection"),
      withPayload: try input.payloadSelector(default: .all),
      withVectors: try input.vectorSelector())
  }
}

extension JSONWriter {
  mutating func write(_ groups: [PointGroup], for context: ReadContext) {
    beginObject()
    name("groups")
    beginArray()
    for group in groups {
      beginObject()
      name("hits")
      write(group.hits, for: context)
      name("id")
      write(group.id)
      if let lookup = group.lookup {
        name("lookup")
        write(lookup)
      }
      endObject()
    }
    endArray()
    endObject()
  }

  private mutating func write(_ id: GroupID) {
    switch id {
    case .integer(let number): write(number)
    case .unsigned(let number): write(number)
    case .string(let text): write(text.text)
    }
  }
}

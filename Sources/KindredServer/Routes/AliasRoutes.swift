import JSONCodec
import Kindred

extension RouteTable {
  mutating func addAliasRoutes() {
    write(.post, "/collections/aliases") { call in
      _ = try call.waits()
      let actions = try call.json().member("actions").elements().map { try AliasAction($0) }
      try await call.store.updateAliases(actions)
      return .result(true)
    }
    report(.get, "/aliases") { call in .result(aliases(try call.store.aliases)) }
    report(.get, "/collections/{collection}/aliases") { call in
      let name = try call.collection.name
      return .result(aliases(try call.store.aliases.filter { $0.value == ByteString(name) }))
    }
  }
}

private func aliases(_ aliases: [ByteString: ByteString]) -> JSONValue {
  let sorted = aliases.sorted { $0.key < $1.key }
  return [
    "aliases": .array(
      sorted.map {
        ["alias_name": .string($0.key.text), "collection_name": .string($0.value.text)]
      })
  ]
}

extension AliasAction {
  fileprivate init(_ input: JSONInput) throws {
    if let create = try input.optional("create_alias") {
      self = .create(
        alias: try create.string("alias_name"), collection: try create.string("collection_name"))
    } else if let delete = try input.optional("delete_alias") {
      self = .delete(alias: try delete.string("alias_name"))
    } else if let rename = try input.optional("rename_alias") {
      self = .rename(
        alias: try rename.string("old_alias_name"), to: try rename.string("new_alias_name"))
    } else {
      throw input.error("expected `create_alias`, `delete_alias` or `rename_alias`")
    }
  }
}

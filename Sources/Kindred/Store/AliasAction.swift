/// A change to the aliases. A list of them is applied whole or not at all.
public enum AliasAction: Equatable, Sendable {
  /// Makes the alias, or points an existing one at another collection.
  case create(alias: String, collection: String)
  /// Nothing happens when there is no such alias.
  case delete(alias: String)
  /// Gives the alias another name, replacing an alias that has it; an error where there is no alias
  /// of the old name.
  case rename(alias: String, to: String)
}

extension StoreState {
  /// The aliases after the actions.
  func aliases(after actions: [AliasAction]) throws(StoreError) -> [ByteString: ByteString] {
    var aliases = aliases
    for action in actions {
      switch action {
      case .create(let alias, let name):
        try StoreLimits.check(name: alias)
        guard hasCollection(named: name) else { throw .collectionNotFound(name) }
        guard !hasCollection(named: alias) else { throw .collectionExists(alias) }
        aliases[alias] = ByteString(name)
      case .delete(let alias): aliases[alias] = nil
      case .rename(let old, let new):
        try StoreLimits.check(name: new)
        guard let name = aliases.removeValue(forKey: ByteString(old)) else {
          throw .aliasNotFound(old)
        }
        guard !hasCollection(named: new) else { throw .collectionExists(new) }
        aliases[new] = name
      }
    }
    guard aliases.count <= StoreLimits.aliasCount || aliases.count <= self.aliases.count else {
      throw .invalid("a store can have \(StoreLimits.aliasCount) aliases, not \(aliases.count)")
    }
    return aliases
  }
}

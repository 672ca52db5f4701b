package import Kindred

/// Everything a store holds that a client can see.
package struct StoreContents: Equatable, Sendable {
  package struct Collection: Equatable, Sendable {
    package var configuration: CollectionConfiguration
    package var model: StoreModel
  }

  package var collections: [ByteString: Collection] = [:]
  package var aliases: [ByteString: ByteString] = [:]

  package init() {}

  package init(_ store: Store) throws(StoreError) {
    aliases = store.aliases
    for name in store.collectionNames {
      let view = try store.collection(name)
      collections[name] = Collection(
        configuration: view.configuration, model: StoreModel(view))
      // Throws where what has been read was damaged.
      _ = try view.count(nil)
    }
  }
}

extension StoreContents: CustomStringConvertible {
  package var description: String {
    let collections = collections.sorted { $0.key < $1.key }.map { name, collection in
      let ids = collection.model.points.keys.sorted().map(\.description).joined(separator: " ")
      let indexes = collection.configuration.payloadIndexes.keys.sorted()
      let twice = collection.model.liveTwice.isEmpty ? "" : " twice \(collection.model.liveTwice)"
      return "\(name)\(indexes)[\(ids)]\(twice)"
    }
    return "\(collections.joined(separator: " ")) aliases \(aliases)"
  }

  /// The differences between what was found and this, briefly.
  package func difference(from found: StoreContents) -> String {
    guard collections.keys == found.collections.keys, aliases == found.aliases else {
      return "expected \(self), found \(found)"
    }
    var parts: [String] = []
    for (name, collection) in collections.sorted(by: { $0.key < $1.key }) {
      let other = found.collections[name]!
      if collection.configuration != other.configuration { parts.append("\(name)'s configuration") }
      let (expected, points) = (collection.model.points, other.model.points)
      for id in Set(expected.keys).union(points.keys).sorted() where expected[id] != points[id] {
        let how = points[id] == nil ? "lost" : expected[id] == nil ? "unexpected" : "different"
        parts.append("\(name): \(id) \(how)")
      }
      if !other.model.liveTwice.isEmpty { parts.append("\(name): twice \(other.model.liveTwice)") }
    }
    return parts.joined(separator: ", ")
  }
}

import JSONCodec
import KindredServer
import MovieLens

/// An item that somebody has named.
struct NamedItem: Equatable, Sendable {
  var id: UInt32
  /// Nil where the catalogue has none, or has not been asked.
  var title: String?

  /// `"Matrix, The (1999)"`, or `movie 2571`.
  var name: String { title.map { "\"\($0)\"" } ?? "movie \(id)" }
}

/// Finds the items that people name: by a key where the set has keys, a number, or words of a title.
struct NamedItems {
  let catalogue: String
  private let haveKeys: Bool
  private let client: DaemonClient
  /// The catalogue's titles, once they are needed.
  private var titles: TitleLookup?

  /// - Parameter record: tells whether items are known by keys.
  init(of catalogue: String, for record: SetRecord?, _ client: DaemonClient) {
    self.catalogue = catalogue
    haveKeys = record?.items == "keys"
    self.client = client
  }

  /// Asks the daemon for titles; where an id has none, or there is no catalogue, that of the item is nil.
  /// - Returns: the items in the order in which they are named, each once.
  mutating func find(_ names: [String]) async throws(CommandFailure) -> [NamedItem] {
    var found: [NamedItem] = []
    for name in names {
      let item = try await find(name)
      if !found.contains(where: { $0.id == item.id }) { found.append(item) }
    }
    let untitled = found.filter { $0.title == nil }.map(\.id)
    let titles = await client.titles(of: untitled, in: catalogue)
    return found.map { NamedItem(id: $0.id, title: $0.title ?? titles[$0.id]) }
  }

  private mutating func find(_ name: String) async throws(CommandFailure) -> NamedItem {
    if haveKeys, let entry = try await client.entry(withKey: name, in: catalogue) {
      return NamedItem(id: entry.id, title: entry.title)
    }
    if let id = UInt32(name) { return NamedItem(id: id) }
    if titles == nil { titles = try await TitleLookup(of: catalogue, client) }
    let entry = try titles!.entry(named: name, of: catalogue)
    return NamedItem(id: entry.id, title: entry.title)
  }
}

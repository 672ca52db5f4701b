import ArgumentParser
import JSONCodec
import KindredServer

/// Likes and dislikes: a query vector, written as people think of it.
struct PreferenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A movie you like: its id, its key, or words of its title. Repeat for more.",
      valueName: "movie"))
  var like: [String] = []

  @Option(help: ArgumentHelp("A movie you dislike, likewise.", valueName: "movie"))
  var dislike: [String] = []

  @Option(
    help: "The collection with the titles; by default that of the set, or 'movies'.")
  var catalogue: String?

  /// The one that is meant where nothing says which.
  static let usualCatalogue = "movies"

  var isEmpty: Bool { like.isEmpty && dislike.isEmpty }

  /// The collection with the titles for ratings that a load has left; nil where nothing says which, and there
  /// is none of the usual name.
  func catalogue(
    for record: SetRecord?, _ client: DaemonClient
  ) async throws(CommandFailure) -> String? {
    if let name = catalogue ?? record?.catalogue { return name }
    let usual = try await client.ask(.GET, SetTarget.path(Self.usualCatalogue))
    return (200..<300).contains(usual.status) ? Self.usualCatalogue : nil
  }

  /// By ascending ids.
  func preferences(_ items: inout NamedItems) async throws(CommandFailure) -> [Preference] {
    var preferences: [UInt32: Preference] = [:]
    for (movies, weight) in [(like, Float(1)), (dislike, -1)] {
      for item in try await items.find(movies) {
        let preference = Preference(item: item.id, title: item.title, weight: weight)
        if preferences.updateValue(preference, forKey: item.id) != nil {
          throw CommandFailure(.usage, "movie \(item.id) is both liked and disliked")
        }
      }
    }
    return preferences.values.sorted { $0.item < $1.item }
  }
}

/// One movie that somebody likes or dislikes.
package struct Preference: Equatable, Sendable {
  package var item: UInt32
  /// Nil where the catalogue has none.
  package var title: String?
  /// 1 or -1.
  package var weight: Float

  package init(item: UInt32, title: String? = nil, weight: Float) {
    self.item = item
    self.title = title
    self.weight = weight
  }

  package var name: String { NamedItem(id: item, title: title).name }

  /// The preferences as they were understood, on one line.
  package static func description(_ preferences: [Preference]) -> String {
    [("liked", Float(1)), ("disliked", -1)].compactMap { word, weight in
      let names = preferences.filter { $0.weight == weight }.map(\.name)
      return names.isEmpty ? nil : "\(word): \(names.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}

import ArgumentParser
import JSONCodec
import KindredServer
import MovieLens

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

  /// By ascending ids. Asks the daemon for titles; where an id has none, or there is no catalogue, that
  /// of the movie is nil.
  /// - Parameter record: tells whether items are known by keys.
  func preferences(
    for record: SetRecord?, _ client: DaemonClient, in catalogue: String
  ) async throws(CommandFailure) -> [Preference] {
    var lookup: TitleLookup?
    var preferences: [UInt32: Preference] = [:]
    for (movies, weight) in [(like, Float(1)), (dislike, -1)] {
      for movie in movies {
        let preference: Preference
        if record?.items == "keys",
          let entry = try await client.entry(withKey: movie, in: catalogue)
        {
          preference = Preference(item: entry.id, title: entry.title, weight: weight)
        } else if let item = UInt32(movie) {
          preference = Preference(item: item, weight: weight)
        } else {
          if lookup == nil { lookup = try await TitleLookup(of: catalogue, client) }
          let entry = try lookup!.entry(named: movie, of: catalogue)
          preference = Preference(item: entry.id, title: entry.title, weight: weight)
        }
        let other = preferences.updateValue(preference, forKey: preference.item)
        if let other, other.weight != weight {
          throw CommandFailure(.usage, "movie \(preference.item) is both liked and disliked")
        }
      }
    }
    let untitled = preferences.values.filter { $0.title == nil }.map(\.item)
    let titles = await client.titles(of: untitled, in: catalogue)
    return preferences.values.sorted { $0.item < $1.item }.map { preference in
      var preference = preference
      preference.title = preference.title ?? titles[preference.item]
      return preference
    }
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

  /// `"Matrix, The (1999)"`, or `movie 2571`.
  package var name: String { title.map { "\"\($0)\"" } ?? "movie \(item)" }

  /// The preferences as they were understood, on one line.
  package static func description(_ preferences: [Preference]) -> String {
    [("liked", Float(1)), ("disliked", -1)].compactMap { word, weight in
      let names = preferences.filter { $0.weight == weight }.map(\.name)
      return names.isEmpty ? nil : "\(word): \(names.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}

import SparseIndex

/// Finds movies by words of their titles.
///
/// A title fits when every word of the query is a word of it; letter case, accents and punctuation do
/// not matter. When several fit, the one whose words are just those of the query wins, articles and
/// the year aside: `toy story` is "Toy Story (1995)" and not "Toy Story 2 (1999)".
package struct TitleLookup: Sendable {
  package struct Entry: Equatable, Sendable {
    package var id: UInt32
    package var title: String

    package init(id: UInt32, title: String) {
      self.id = id
      self.title = title
    }
  }

  package enum Match: Equatable, Sendable {
    case one(Entry)
    case none
    /// Several fit and none of them better than the others.
    case many([Entry])
  }

  private let entries: [(entry: Entry, words: [String])]

  package init(_ entries: [Entry]) {
    self.entries = entries.map { ($0, Self.words($0.title)) }
  }

  package func find(_ query: String) -> Match {
    let wanted = Self.words(query)
    guard !wanted.isEmpty else { return .none }
    let fitting = entries.filter { Set($0.words).isSuperset(of: wanted) }
    if fitting.count == 1 { return .one(fitting[0].entry) }
    let name = Self.name(wanted)
    let exact = fitting.filter { entry in
      Self.name(entry.words) == name || Self.name(Self.withoutYear(entry)) == name
    }
    if exact.count == 1 { return .one(exact[0].entry) }
    return fitting.isEmpty ? .none : .many(fitting.map(\.entry))
  }

  /// Titles with a word for each of the query's that is spelt nearly so, the nearest first; none when no
  /// word is misspelt.
  package func near(_ query: String, limit: Int) -> [Entry] {
    let wanted = Self.words(query)
    guard !wanted.isEmpty, wanted.count <= Self.maxWordCount else { return [] }
    var known: [String: [String: Int]] = [:]
    for word in wanted { known[word] = [:] }
    var near: [(distance: Int, wordCount: Int, index: Int)] = []
    for (index, entry) in entries.enumerated() {
      var sum = 0
      for word in wanted {
        let tolerance = EditDistance.tolerance(for: word)
        var least: Int?
        for other in entry.words where least != 0 {
          let distance =
            known[word]?[other]
            ?? EditDistance.between(word, other, limit: tolerance) ?? .max
          known[word]?[other] = distance
          if distance < least ?? .max { least = distance }
        }
        guard let least else {
          sum = -1
          break
        }
        sum += least
      }
      if sum > 0 { near.append((sum, entry.words.count, index)) }
    }
    return near.sorted { $0 < $1 }.prefix(limit).map { entries[$0.index].entry }
  }

  /// The limit on the words of a typed title; more would be work for nothing.
  private static let maxWordCount = 32

  private static func words(_ text: String) -> [String] {
    text.foldedToASCII.lowercased().filter { $0 != "'" }
      .split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// The words that make a title, in no order: "Matrix, The" is "The Matrix".
  private static func name(_ words: [String]) -> [String] {
    words.filter { !["the", "a", "an"].contains($0) }.sorted()
  }

  private static func withoutYear(_ entry: (entry: Entry, words: [String])) -> [String] {
    Movie(id: entry.entry.id, title: entry.entry.title, genres: []).year == nil
      ? entry.words : entry.words.dropLast()
  }
}

import ArgumentParser
import JSONCodec
import MovieLens

/// Likes and dislikes: a query vector, written as people think of it.
struct PreferenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A movie you like: its id, or words of its title. Repeat for more.", valueName: "movie"))
  var like: [String] = []

  @Option(help: ArgumentHelp("A movie you dislike, likewise.", valueName: "movie"))
  var dislike: [String] = []

  @Option(help: "The collection with the titles.")
  var catalogue = "movies"

  var isEmpty: Bool { like.isEmpty && dislike.isEmpty }

  /// Movie → 1 or −1, ascending. Asks the daemon for titles only when a title was given.
  func weights(_ client: DaemonClient) async throws(CommandFailure) -> [(
    item: UInt32, weight: Float
  )] {
    var lookup: TitleLookup?
    var weights: [UInt32: Float] = [:]
    for (movies, weight) in [(like, Float(1)), (dislike, -1)] {
      for movie in movies {
        var item = UInt32(movie)
        if item == nil {
          if lookup == nil { lookup = try await TitleLookup(of: catalogue, client) }
          item = try find(movie, in: lookup!)
        }
        if let other = weights.updateValue(weight, forKey: item!), other != weight {
          throw CommandFailure(.usage, "movie \(item!) is both liked and disliked")
        }
      }
    }
    return weights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func find(_ words: String, in lookup: TitleLookup) throws(CommandFailure) -> UInt32 {
    switch lookup.find(words) {
    case .one(let entry): return entry.id
    case .none:
      throw CommandFailure("no title in '\(catalogue)' has all the words of '\(words)'")
    case .many(let entries):
      let shown = entries.prefix(20).map { "  \($0.id)  \($0.title)" }.joined(separator: "\n")
      let more = entries.count > 20 ? "\n  … and \(entries.count - 20) more" : ""
      throw CommandFailure(
        "'\(words)' fits \(entries.count) titles; give more words, the year or the id:\n"
          + shown + more)
    }
  }
}

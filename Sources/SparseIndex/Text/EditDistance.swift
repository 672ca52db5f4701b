/// How many changes turn one text into another: insertions, deletions, replacements, and neighbours that
/// have changed places, each of one character (optimal string alignment; Damerau 1964).
package enum EditDistance {
  /// Longer texts are never near: a comparison costs the product of the lengths.
  private static let maxCharacterCount = 64

  /// - Returns: nil when it takes more than `limit` changes, or a text has more than 64 characters.
  package static func between(_ first: String, _ second: String, limit: Int) -> Int? {
    // Counting a long text to its end would cost what the limit is to save.
    let first = Array(first.prefix(maxCharacterCount + 1))
    let second = Array(second.prefix(maxCharacterCount + 1))
    guard max(first.count, second.count) <= maxCharacterCount,
      abs(first.count - second.count) <= limit
    else { return nil }
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for row in first.indices {
      var current = [row + 1]
      for column in second.indices {
        var least = min(
          last[column + 1] + 1, current[column] + 1,
          last[column] + (first[row] == second[column] ? 0 : 1))
        if row > 0, column > 0, first[row] == second[column - 1],
          first[row - 1] == second[column]
        {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[second.count] <= limit ? last[second.count] : nil
  }

  /// How many slips of the finger somebody may have made in a word: one in short ones, none in those of
  /// two characters, in which one change makes another word.
  package static func tolerance(for word: String) -> Int {
    switch word.prefix(9).count {
    case 0...2: 0
    case 3...5: 1
    default: 2
    }
  }
}

/// The ranks of a segment's dimensions, found at once where dimensions lie close together, as numbers of
/// items do: a bit for each number, and how many dimensions lie below each word of bits.
package struct RankTable: Sendable {
  private struct Entry {
    var bits: UInt64 = 0
    var firstRank: UInt32 = 0
  }

  private let entries: [Entry]

  /// - Parameter dimension: by rank.
  /// - Returns: nil where dimensions are so far apart that the table would take more than four bytes for
  ///   each of them, and where they do not ascend.
  package init?(count: Int, dimension: (Int) -> UInt32) {
    guard count > 0 else { return nil }
    let entryCount = Int(dimension(count - 1)) / 64 + 1
    guard entryCount <= count / 4 else { return nil }
    var entries = [Entry](repeating: Entry(), count: entryCount)
    var previous = -1
    for rank in 0..<count {
      let dimension = Int(dimension(rank))
      let index = dimension >> 6
      guard dimension > previous, index < entryCount else { return nil }
      if entries[index].bits == 0 { entries[index].firstRank = UInt32(truncatingIfNeeded: rank) }
      entries[index].bits |= 1 << UInt64(dimension & 63)
      previous = dimension
    }
    self.entries = entries
  }

  package func rank(of dimension: UInt32) -> Int? {
    let index = Int(dimension >> 6)
    guard index < entries.count else { return nil }
    let entry = entries[index]
    let bit: UInt64 = 1 &<< UInt64(dimension & 63)
    guard entry.bits & bit != 0 else { return nil }
    return Int(entry.firstRank) &+ (entry.bits & (bit &- 1)).nonzeroBitCount
  }
}

/// Which runs of a memtable to merge, decided by their sizes alone.
///
/// Runs of about the same size form a tier; eight of a tier become one run of the next. So a point is
/// copied once per tier, and a search meets at most a few dozen runs, each of which costs it some
/// microseconds however small it is. Runs beyond the tiers are left alone: there are few of them, and
/// the flush merges them once, into a file.
enum RunPolicy {
  static let fanIn = 8
  /// Sizes at which tiers end.
  static let tierByteCounts = [32 << 10, 256 << 10, 2 << 20, 16 << 20]
  /// Merges that make up to about this many bytes are done by the committer itself.
  static let inlineByteCount = 32 << 10

  /// - Parameters:
  ///   - runs: none of them sealed.
  ///   - limit: the size of the largest run to consider.
  /// - Returns: the runs of a full tier, or nil when no tier is full.
  static func runsToMerge(_ runs: [StoredSegment], upTo limit: Int = .max) -> [StoredSegment]? {
    guard runs.count >= fanIn else { return nil }
    for size in tierByteCounts where size <= limit {
      // A tier takes the smaller ones along.
      let tier = runs.filter { $0.byteCount < size }
      if tier.count >= fanIn { return tier }
    }
    return nil
  }
}

/// Which runs of a memtable to merge, decided by their sizes alone.
///
/// Runs of about the same size form a tier; eight of a tier become one run of the next. So a point is
/// copied once per tier, and a search meets at most a few dozen runs, each of which costs it some
/// microseconds however small it is. Runs beyond the tiers are left alone: there are few of them, and
/// the flush merges them once, into a file.
package enum RunPolicy {
  package static let fanIn = 8
  /// Sizes at which tiers end.
  package static let tierByteCounts = [32 << 10, 256 << 10, 2 << 20, 16 << 20]
  /// Merges that make up to about this many bytes are done by the committer itself.
  static let inlineByteCount = 32 << 10

  /// - Parameters:
  ///   - runs: none of them sealed.
  ///   - limit: the size of the largest run to consider.
  /// - Returns: the runs of a full tier, or nil when no tier is full.
  static func runsToMerge(_ runs: [StoredSegment], upTo limit: Int = .max) -> [StoredSegment]? {
    guard runs.count >= fanIn, let size = fullTier(runs.lazy.map(\.byteCount), upTo: limit)
    else { return nil }
    return runs.filter { $0.byteCount < size }
  }

  /// A full tier takes the smaller runs along. These do not help to fill it: a large run would be copied
  /// again with every few small ones.
  /// - Returns: the size below which all runs are to be merged, or nil when no tier is full.
  package static func fullTier(
    _ byteCounts: some Collection<Int>, upTo limit: Int = .max
  ) -> Int? {
    var least = 0
    for size in tierByteCounts where size <= limit {
      if byteCounts.count(where: { least <= $0 && $0 < size }) >= fanIn { return size }
      least = size
    }
    return nil
  }
}

import SparseIndex
import StorageIO

/// Merging runs in memory.
enum MemtableMerge {
  /// - Returns: the run that takes the place of `runs`; nil when none of their points is live.
  static func merge(
    _ runs: [StoredSegment], of collection: CollectionState, numbers: SegmentNumbers
  ) throws(StorageError) -> StoredSegment? {
    let live = runs.map(\.live).filter { $0.livePointCount > 0 }
    guard !live.isEmpty else { return nil }
    let segment = try MemorySegment.merge(
      live, configuration: collection.configuration, collection: collection.identity)
    return StoredSegment(
      number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(segment))
  }
}

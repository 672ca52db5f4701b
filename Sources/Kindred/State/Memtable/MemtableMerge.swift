import SparseIndex
import StorageIO

/// Merging runs in memory.
enum MemtableMerge {
  /// - Returns: the run that takes the place of `runs`; nil when none of their points is live.
  static func merge(
    _ runs: [Part], of collection: CollectionState, numbers: PartNumbers
  ) throws(StorageError) -> Part? {
    let live = runs.map(\.live).filter { $0.livePointCount > 0 }
    guard !live.isEmpty else { return nil }
    let segment = try SegmentImage.merge(
      live, configuration: collection.configuration, collection: collection.identity)
    return Part(
      number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(segment))
  }
}

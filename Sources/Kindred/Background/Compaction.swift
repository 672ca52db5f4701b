import SparseIndex
import StorageIO

/// Merges segment files of a collection into one, leaving out what was deleted or overwritten before
/// the last flush: what came later is in the log, whose patches need the points that they change.
/// Reading and writing go on meanwhile.
struct Compaction {
  let committer: Committer
  let manifest: ManifestKeeper
  let directory: DataDirectory
  let counters: StoreCounters
  let watch: DamageWatch
  let stop = StopSignal()

  /// One merge, if one is worth it.
  ///
  /// - Parameter everything: whether to leave one file without deleted points.
  /// - Returns: whether anything was merged.
  /// - Throws: nothing is lost; when `mayPass`, trying again later may succeed. `.corrupt` for an input
  ///   that is damaged, and is going to be set aside.
  func run(_ identity: UInt64, everything: Bool) throws(StorageError) -> Bool {
    guard let collection = committer.published.state.collections[identity] else { return false }
    let files = files(of: collection)
    let candidates = files.map(\.candidate)
    let chosen = Set(
      everything ? CompactionPolicy.chooseAll(candidates) : CompactionPolicy.choose(candidates))
    guard !chosen.isEmpty else { return false }
    let inputs = files.filter { chosen.contains($0.number) }
    // What is damaged would get a checksum that fits.
    let context = ReadContext(isAbandoned: { [stop] in stop.isSet })
    guard
      try SegmentFile.verify(
        inputs, collection: identity, in: directory, watch: watch, for: context)
    else { return false }
    // About: what is left may be larger points than what was deleted.
    try directory.checkRoom(
      for: inputs.reduce(0) { $0 + $1.candidate.liveByteCount }, operation: "compact")
    let output = try write(inputs, of: collection)
    try manifest.whileFilesStay { () throws(StorageError) in
      try manifest.update(adding: [output].compactMap(\.self)) { next in
        let replacement = Committer.Replacement(
          collection: identity, inputs: inputs, output: output)
        let state = committer.install([replacement])
        next.replace(inputs, with: output, in: identity, of: state)
      }
    }
    counters.update { $0.compactionCount += 1 }
    return true
  }

  /// The files that the manifest names, with the points deleted in them as it has them.
  private func files(of collection: CollectionState) -> [StoredSegment] {
    let named = manifest.current.collections.first { $0.identity == collection.identity }
    return collection.files.compactMap { stored in
      guard let segment = named?.segments.first(where: { $0.number == stored.number }) else {
        return nil
      }
      var stored = stored
      stored.live.deleted = segment.deleted
      return stored
    }
  }

  private func write(_ inputs: [StoredSegment], of collection: CollectionState) throws(StorageError)
    -> StoredSegment?
  {
    let live = inputs.filter { $0.live.livePointCount > 0 }.map {
      SegmentFile.mappedAnew($0, collection: collection.identity, in: directory)
    }
    guard !live.isEmpty else { return nil }
    return try SegmentFile.write(
      merging: live, configuration: collection.configuration, collection: collection.identity,
      number: committer.published.state.numbers.make(), in: directory, unless: stop,
      sparesRoom: true)
  }
}

extension StoredSegment {
  var candidate: CompactionPolicy.Candidate {
    let pointCount = live.segment.pointCount
    return .init(
      number: number, byteCount: byteCount, pointCount: pointCount,
      deletedPointCount: pointCount - live.livePointCount)
  }
}

import SparseIndex
import StorageIO
import Synchronization

/// Replaces the manifest, one change at a time, and removes the files it no longer names.
final class ManifestKeeper: Sendable {
  private let directory: DataDirectory
  // Held across disk I/O, against our habit: it is the lock of flush and compaction, which must not
  // replace the manifest at the same time. Neither readers nor the committer ever take it.
  private let state: Mutex<State>
  // Likewise.
  private let filesStay = Mutex<Void>(())

  private struct State {
    var manifest: Manifest
    /// Why the file is not replaced any more: it is not known what of the last try is on the disk, and
    /// nothing is synced again.
    var failure: StorageError?
  }

  init(_ manifest: Manifest, in directory: DataDirectory) {
    state = Mutex(State(manifest: manifest))
    self.directory = directory
  }

  var current: Manifest { state.withLock { $0.manifest } }

  /// Calls `body` while no file that the manifest names is removed.
  func withCurrent<R>(
    _ body: (Manifest) throws(StorageError) -> R
  ) throws(StorageError) -> R {
    try state.withLock { (state) throws(StorageError) in try body(state.manifest) }
  }

  /// Writes the manifest as changed. Durable when this returns.
  ///
  /// - Parameter made: segment files that were written for this change. What it does not name after
  ///   all, because the collection was dropped meanwhile, is removed.
  func update(adding made: [StoredSegment], _ change: (inout Manifest) -> Void) throws(StorageError)
  {
    try state.withLock { (state) throws(StorageError) in
      // Flush and compaction are two threads: the other may not know of it yet.
      if let failure = state.failure { throw failure }
      var next = state.manifest
      change(&next)
      if next != state.manifest {
        do throws(StorageError) {
          try directory.fileSystem.writeAtomically(
            path: directory.manifest, bytes: ManifestFormat.encode(next),
            keepingOldAs: directory.previousManifest)
        } catch {
          if !error.mayPass { state.failure = error }
          throw error
        }
      }
      let before = state.manifest
      state.manifest = next
      removeFiles(namedBy: before, made, notBy: next)
    }
  }

  /// Held by a flush from its seal until the manifest names what it wrote, and by others while they put
  /// segment files in the place of others: the files that are there at the seal stay till then.
  func whileFilesStay<R>(
    _ body: () throws(StorageError) -> R
  ) throws(StorageError) -> R {
    try filesStay.withLock { (_) throws(StorageError) in try body() }
  }

  /// Makes names in the data directory durable. Nobody else syncs it while the store is open: after a
  /// failure nothing there is synced again.
  func synchronizeRoot() throws(StorageError) {
    try state.withLock { (state) throws(StorageError) in
      if let failure = state.failure { throw failure }
      do throws(StorageError) {
        try directory.fileSystem.synchronizeDirectory(directory.root)
      } catch {
        state.failure = error
        throw error
      }
    }
  }

  /// Only now that the new manifest is durable. What cannot be removed is an orphan for the next
  /// start.
  private func removeFiles(
    namedBy before: Manifest, _ made: [StoredSegment], notBy after: Manifest
  ) {
    let candidates = before.segmentNumbers.union(made.map(\.number))
    for number in candidates.subtracting(after.segmentNumbers) {
      try? directory.fileSystem.remove(directory.segment(number))
    }
    for number in before.firstLogNumber..<max(before.firstLogNumber, after.firstLogNumber) {
      try? directory.fileSystem.remove(directory.log(number))
      try? directory.fileSystem.remove(directory.tornTail(number))
    }
  }
}

extension Manifest {
  /// Takes over the segment files of `state`, with the points that were deleted in them when the log
  /// was sealed: replaying the log repeats what came later, and finds what it changes.
  mutating func takeSegments(from state: StoreState, deletedAsIn sealed: StoreState) {
    for index in collections.indices {
      let identity = collections[index].identity
      var deleted: [UInt64: PointMask] = [:]
      for file in sealed.collections[identity]?.files ?? [] {
        deleted[file.number] = file.live.deleted
      }
      collections[index].segments = (state.collections[identity]?.files ?? []).map {
        Segment($0, deleted: deleted[$0.number])
      }
    }
    nextSegmentNumber = state.numbers.next
  }

  /// Puts a segment file in the place of others, or beside them; does nothing for a collection that has
  /// been dropped.
  ///
  /// - Parameters:
  ///   - inputs: the files that it was made from, with the points that were deleted in them as this
  ///     manifest, or one before it, has them.
  ///   - output: nil when none of their points was live.
  ///   - state: with the output installed.
  mutating func replace(
    _ inputs: [StoredSegment], with output: StoredSegment?, in identity: UInt64,
    of state: StoreState
  ) {
    guard state.collections[identity] != nil,
      let index = collections.firstIndex(where: { $0.identity == identity })
    else { return }
    var current: [StoredSegment] = []
    for input in inputs {
      guard let segment = collections[index].segments.first(where: { $0.number == input.number })
      else { continue }
      var stored = input
      stored.live.deleted = segment.deleted
      current.append(stored)
    }
    collections[index].segments.removeAll { segment in
      inputs.contains { $0.number == segment.number }
    }
    if var output {
      output.delete(pointsDeletedSince: inputs, now: current)
      collections[index].segments.append(Segment(output, deleted: output.live.deleted))
    }
    nextSegmentNumber = state.numbers.next
  }

  /// Takes over what `state` says except for the segments.
  mutating func takeCollections(from state: StoreState) {
    flushedSequenceNumber = state.sequenceNumber
    nextCollectionIdentity = state.nextCollectionIdentity
    aliases = state.aliases
    collections = state.collections.values.sorted { $0.identity < $1.identity }.map {
      Collection(identity: $0.identity, name: $0.name, configuration: $0.configuration)
    }
  }
}

extension Manifest.Segment {
  fileprivate init(_ stored: StoredSegment, deleted: PointMask?) {
    guard case .file(let checksum) = stored.origin else { preconditionFailure("not a file") }
    self.init(
      number: stored.number, byteCount: stored.byteCount,
      pointCount: stored.live.segment.pointCount,
      tailChecksum: checksum, deleted: deleted)
  }
}

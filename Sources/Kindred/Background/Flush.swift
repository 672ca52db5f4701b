import SparseIndex
import StorageIO

/// Writes the memtables into segment files, so that the log can be cut. Writing goes on meanwhile.
struct Flush {
  let committer: Committer
  let manifest: ManifestKeeper
  let directory: DataDirectory
  let counters: StoreCounters
  let stop = StopSignal()

  /// - Throws: nothing is lost; when `mayPass`, trying again later may succeed.
  func run() throws(StorageError) {
    let before = committer.published.state
    guard
      before.memtable.runCount > 0 || before.sequenceNumber > manifest.current.flushedSequenceNumber
    else {
      return
    }
    try manifest.whileFilesStay { () throws(StorageError) in
      let sealed = try committer.seal()
      let replacements = try writeFiles(sealed.state)
      try manifest.update(adding: replacements.compactMap(\.output)) { next in
        let state = committer.install(replacements)
        next.takeCollections(from: sealed.state)
        next.takeSegments(from: state, deletedAsIn: sealed.state)
        next.firstLogNumber = sealed.logNumber
      }
    }
    counters.update {
      $0.flushCount += 1
      $0.logFileCount = 1
      $0.sealedLogByteCount = 0
    }
  }

  private func writeFiles(
    _ state: StoreState
  ) throws(StorageError) -> [Committer.Replacement] {
    var replacements: [Committer.Replacement] = []
    for (identity, collection) in state.collections {
      let runs = collection.runs
      guard !runs.isEmpty else { continue }
      let live = runs.map(\.live).filter { $0.livePointCount > 0 }
      var output: StoredSegment?
      if !live.isEmpty {
        do throws(StorageError) {
          output = try SegmentFile.write(
            merging: live, configuration: collection.configuration, collection: identity,
            number: state.numbers.make(), in: directory, unless: stop)
        } catch {
          for case let written? in replacements.map(\.output) {
            try? directory.fileSystem.remove(directory.segment(written.number))
          }
          throw error
        }
      }
      replacements.append(.init(collection: identity, inputs: runs, output: output))
    }
    return replacements
  }
}

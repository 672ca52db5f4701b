import StorageIO

/// Verifies the checksums of segment files that were too large to be verified before the store
/// opened. A damaged file is set aside while the store runs.
struct Verification {
  let committer: Committer
  let manifest: ManifestKeeper
  let directory: DataDirectory
  let health: Health
  /// Numbers of the segment files to verify.
  let segments: Set<UInt64>

  func run(unless stop: StopSignal) throws(StorageError) {
    for collection in manifest.current.collections {
      for entry in collection.segments where segments.contains(entry.number) {
        if stop.isSet { return }
        do throws(StorageError) {
          _ = try SegmentFile.open(
            entry, collection: collection.identity, verifying: true, in: directory)
        } catch .corrupt(let path, let offset, let expected) {
          let damage = StorageError.corrupt(path: path, offset: offset, expected: expected)
          try setAside(entry.number, of: collection.identity, reason: damage.description)
        }
      }
    }
  }

  private func setAside(
    _ number: UInt64, of collection: UInt64, reason: String
  ) throws(StorageError) {
    try SegmentFile.quarantine(number, reason: reason, in: directory)
    health.quarantine(reason)
    let parts = committer.published.state.collections[collection]?.parts ?? []
    let damaged = parts.filter { $0.number == number && !$0.isRun }
    try manifest.update { next in
      let removal = Committer.Replacement(collection: collection, inputs: damaged, output: nil)
      next.takeSegments(from: committer.install([removal]))
    }
  }
}

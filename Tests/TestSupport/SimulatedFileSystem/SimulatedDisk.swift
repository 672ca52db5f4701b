/// The bytes on the platter, the bytes that a reader sees, and the changes between the two.
///
/// Invariant: `present` is `durable` with all of `unsynced` applied in order.
struct SimulatedDisk: Sendable {
  private(set) var durable: FileTree
  private(set) var present: FileTree
  private(set) var unsynced: [Change] = []
  private var nextNode: Int

  /// A disk on which everything in `tree` is durable.
  init(_ tree: FileTree = FileTree()) {
    durable = tree
    present = tree
    nextNode = (tree.reachableNodes().max() ?? 0) + 1
  }

  mutating func makeNode() -> Int {
    defer { nextNode += 1 }
    return nextNode
  }

  mutating func change(_ effect: Change.Effect) {
    present.apply(effect)
    unsynced.append(Change(effect: effect))
  }

  /// The file's bytes and length are durable afterwards, its name is not.
  mutating func synchronize(file: Int) {
    settle { $0.file == file }
  }

  /// The directory's names are durable afterwards, the files' bytes are not. Where a rename moved
  /// between two directories, both are synced, since it is atomic.
  mutating func synchronize(directory: Int) {
    let directories = directoriesJoined(with: directory)
    settle { $0.directories.contains { directories.contains($0) } }
  }

  private mutating func settle(_ isSynchronized: (Change) -> Bool) {
    for change in unsynced where isSynchronized(change) && !change.isForgotten {
      durable.apply(change.effect)
    }
    unsynced.removeAll { isSynchronized($0) && !$0.isForgotten }
  }

  private func directoriesJoined(with directory: Int) -> Set<Int> {
    var joined: Set<Int> = [directory]
    while let more = unsynced.lazy.map({ Set($0.directories) }).first(where: {
      !$0.isDisjoint(with: joined) && !$0.isSubset(of: joined)
    }) { joined.formUnion(more) }
    return joined
  }

  /// A sync of the file has failed: see `Change.isForgotten`.
  mutating func forget(file: Int) {
    for index in unsynced.indices where unsynced[index].file == file {
      unsynced[index].isForgotten = true
    }
  }

  /// The file is about to be cut to `byteCount`: what a failed sync was about and lies beyond is gone for
  /// good, whether it had reached the platter or not.
  /// - Returns: whether nothing is left of what failed syncs were about, so that syncing the file is no
  ///   longer trying one again.
  mutating func cutForgotten(file: Int, to byteCount: Int) -> Bool {
    unsynced.removeAll { change in
      guard change.isForgotten, change.file == file else { return false }
      switch change.effect {
      case .write(_, let offset, _): return offset >= byteCount
      case .resize(_, let count), .grow(_, let count): return count >= byteCount
      case .entries: return false
      }
    }
    return !unsynced.contains { $0.isForgotten && $0.file == file }
  }

  /// Drops what can no longer be reached by a name, now or after a crash, nor through `openNodes`.
  mutating func sweep(openNodes: some Sequence<Int>) {
    let named = durable.reachableNodes().union(present.reachableNodes()).union(openNodes)
      .union(unsynced.lazy.filter { $0.file == nil }.flatMap(\.nodes))
    durable.removeNodes(notIn: named)
    present.removeNodes(notIn: named)
    unsynced.removeAll { change in change.file.map { !named.contains($0) } ?? false }
  }

  /// Changes the present and the durable bytes alike, as decay of the medium would.
  mutating func damage(file: Int, _ change: (inout [UInt8]) -> Void) {
    var bytes = present.files[file] ?? []
    change(&bytes)
    for effect in [
      Change.Effect.resize(file: file, byteCount: 0), .write(file: file, offset: 0, bytes: bytes),
    ] {
      present.apply(effect)
      durable.apply(effect)
    }
    unsynced.removeAll { $0.file == file }
  }
}

import StorageIO

/// Sees to it that upserts leave room on the disk for a flush and a compaction.
///
/// Looking takes a system call, so after a look some of the room found may be used before the next.
/// (The log's size alone does not tell when to look: it is compressed, and cut by flushes.)
struct DiskRoom {
  private let directory: DataDirectory
  /// Bytes that may be taken before the next look.
  private var allowance = 0
  private static let largestAllowance = 1 << 20

  init(_ directory: DataDirectory) { self.directory = directory }

  /// - Parameters:
  ///   - byteCount: what is to be written, now or when it is flushed.
  ///   - isGrowing: whether it makes a file larger now.
  /// - Throws: `.io` with `isOutOfSpace` when it would not leave room for what `state` needs.
  mutating func take(
    _ byteCount: Int, isGrowing: Bool, for state: StoreState
  ) throws(StorageError) {
    if isGrowing || byteCount > allowance {
      allowance = 0
      let available = try directory.fileSystem.availableByteCount(directory.root)
      let free = available - state.roomToKeep
      guard free > byteCount else {
        throw .io(operation: "reserve", path: directory.root, code: Errno.noSpace)
      }
      allowance = max(byteCount, min(free / 4, Self.largestAllowance))
    }
    allowance -= byteCount
  }
}

extension StoreState {
  /// For a flush of everything, and a compaction of the largest collection.
  fileprivate var roomToKeep: Int {
    let largest = collections.values.map(\.fileByteCount).max() ?? 0
    return memtableByteCount + min(largest, StoreLimits.compactionReserveByteCount)
  }
}

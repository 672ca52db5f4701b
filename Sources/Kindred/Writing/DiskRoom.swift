import StorageIO

/// Sees to it that upserts leave room on the disk for a flush and a compaction.
///
/// Looking takes a system call, so after a look some of the room found may be used before the next.
/// (The log's size alone does not tell when to look: it is compressed, and cut by flushes.)
struct DiskRoom {
  private let directory: DataDirectory
  /// Bytes that may be taken before the next look.
  private var allowance = 0
  private static let maxAllowance = 1 << 20

  init(_ directory: DataDirectory) { self.directory = directory }

  /// - Parameters:
  ///   - byteCount: what is to be written.
  ///   - growth: by how much that makes the log file larger now.
  /// - Throws: `.io` with `isOutOfSpace` when it would not leave room for what `state` needs.
  mutating func take(
    _ byteCount: Int, growth: Int, for state: StoreState
  ) throws(StorageError) {
    if growth > 0 || byteCount > allowance {
      let available = try directory.fileSystem.availableByteCount(directory.root)
      // Every byte may be needed three times and a bit: in the log, in a segment file, and once more
      // while that is compacted.
      let free = (available - state.roomToKeep - growth) / 4
      allowance = 0
      guard free >= byteCount else {
        throw .io(operation: "reserve", path: directory.root, code: Errno.noSpace)
      }
      allowance = min(free, max(byteCount, Self.maxAllowance))
    }
    allowance -= byteCount
  }
}

extension StoreState {
  /// For a flush of everything, and then a compaction of the largest collection.
  fileprivate var roomToKeep: Int {
    let largest = collections.values.map { $0.fileByteCount + $0.memtableByteCount }.max() ?? 0
    let compacted = min(largest, StoreLimits.compactionReserveByteCount)
    return memtable.byteCount + DataDirectory.room(toWrite: compacted)
  }
}

extension DataDirectory {
  /// The bytes that must be free before `byteCount` bytes, more or less, are written in the background.
  static func room(toWrite byteCount: Int) -> Int {
    byteCount + byteCount / 10 + StoreLimits.deletionReserveByteCount
  }

  /// Work in the background must never be what fills the disk.
  func checkRoom(for byteCount: Int, operation: String) throws(StorageError) {
    guard try fileSystem.availableByteCount(root) > Self.room(toWrite: byteCount) else {
      throw .io(operation: operation, path: root, code: Errno.noSpace)
    }
  }
}

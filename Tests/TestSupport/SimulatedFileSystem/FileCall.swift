/// One call of the file system, as faults are decided and observers told.
package struct FileCall: Sendable {
  package enum Operation: Sendable, CaseIterable {
    case open, create, map, exists, list, createDirectory, rename, link, remove, removeDirectory
    case synchronizeDirectory, lock, availableByteCount
    case byteCount, read, write, reserve, truncate, synchronize

    /// Whether a crash just before the call and one just after it may leave different disks.
    package var isMutating: Bool {
      switch self {
      case .open, .map, .exists, .list, .availableByteCount, .byteCount, .read: false
      default: true
      }
    }

    package var isSynchronization: Bool { self == .synchronize || self == .synchronizeDirectory }
  }

  package let operation: Operation
  package let path: String
  /// Counts all calls from 0.
  package let index: Int
  /// Counts mutating calls from 0: how many came before this one.
  package let mutationIndex: Int
}

/// How a call goes wrong.
///
/// The seam continues interrupted and short writes itself, so they show only as what comes of them:
/// a part is written and an error ends it. `EINTR` can come out of a sync, which is never repeated.
package enum Fault: Sendable {
  /// Nothing happens but the error. A failed sync of a file makes the kernel forget the bytes that
  /// were to be synced. Names it does not forget: a file system whose journal fails stops, so a later
  /// sync of the directory fails as well or makes them durable.
  case error(Int32)
  /// Half of the bytes are written before the error; for other calls like `error`.
  case partialWrite(Int32)
  /// The call does all of its work and reports the error none the less.
  case errorAfterEffect(Int32)
}

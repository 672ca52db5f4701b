import Synchronization

/// Whether the store may still write. Once a write could not be made durable it may not, until it is
/// opened again: what the kernel has done with those bytes is unknown.
final class Health: Sendable {
  private let reason = Mutex<String?>(nil)
  /// A flush found no room: upserts are refused once the memtables are full, until a flush succeeds.
  let isFlushBlocked = Atomic(false)

  var readOnlyReason: String? { reason.withLock { $0 } }

  /// The first reason stays.
  func becomeReadOnly(_ text: String) {
    reason.withLock { if $0 == nil { $0 = text } }
  }

  func checkWritable() throws(StoreError) {
    if let reason = readOnlyReason { throw .readOnly(reason) }
  }
}

import Synchronization

/// Whether the store may still write.
final class Health: Sendable {
  private struct State {
    var readOnlyReason: String?
    var flushObstacle: String?
    var quarantined: [String] = []
  }

  private let state = Mutex(State())
  private let becameReadOnly: (@Sendable (_ reason: String) -> Void)?

  /// - Parameter becameReadOnly: told the reason, once.
  init(becameReadOnly: (@Sendable (_ reason: String) -> Void)? = nil) {
    self.becameReadOnly = becameReadOnly
  }

  /// Once a write could not be made durable the store only reads, until it is opened again: what the
  /// kernel has done with those bytes is unknown.
  var readOnlyReason: String? { state.withLock { $0.readOnlyReason } }

  /// Why the last flush could not be made, where one may be later: no room, too many open files.
  /// Upserts are refused once the memtables are full, until a flush succeeds.
  var flushObstacle: String? {
    get { state.withLock { $0.flushObstacle } }
    set { state.withLock { $0.flushObstacle = newValue } }
  }

  /// The damaged segments that have been set aside since the store was opened, with the reason.
  var quarantined: [String] { state.withLock { $0.quarantined } }

  func noteQuarantined(_ reason: String) { state.withLock { $0.quarantined.append(reason) } }

  /// The first reason stays.
  func becomeReadOnly(_ text: String) {
    let isFirst = state.withLock { state in
      defer { state.readOnlyReason = state.readOnlyReason ?? text }
      return state.readOnlyReason == nil
    }
    if isFirst { becameReadOnly?(text) }
  }

  func checkWritable() throws(StoreError) {
    if let reason = readOnlyReason { throw .readOnly(reason) }
  }
}

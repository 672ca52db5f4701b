import Synchronization

/// Hears of segments that are found damaged while they are in use, from whichever thread has met the
/// damage, and has them set aside.
final class DamageWatch: Sendable {
  /// How often damage has been noted that has not been seen to.
  private let pending = Atomic(0)
  private let handler = Mutex<(@Sendable () -> Void)?>(nil)

  /// Whether a segment that is damaged has not been set aside yet. Costs next to nothing.
  var isPending: Bool { pendingCount != 0 }

  var pendingCount: Int { pending.load(ordering: .acquiring) }

  func note() {
    pending.wrappingAdd(1, ordering: .acquiringAndReleasing)
    handler.withLock { $0 }?()
  }

  /// Everything has been seen to that had been noted when `pendingCount` was so much.
  func settle(_ count: Int) { pending.wrappingSubtract(count, ordering: .acquiringAndReleasing) }

  /// - Parameter handler: called at once where something is pending.
  func connect(_ handler: @escaping @Sendable () -> Void) {
    self.handler.withLock { $0 = handler }
    if isPending { handler() }
  }

  func disconnect() { handler.withLock { $0 = nil } }
}

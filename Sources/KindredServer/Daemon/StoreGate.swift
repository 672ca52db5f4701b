import Kindred
import Synchronization

/// Where requests find the store. The doors open before the store does: until the log is replayed,
/// requests learn how far that has come.
package final class StoreGate: Sendable {
  package enum State: Sendable {
    /// The fraction of the log replayed, 0 to 1.
    case opening(progress: Double)
    case open(Store)
    /// No further requests are taken; those under way finish.
    case draining(Store?)
  }

  private let state = Mutex(State.opening(progress: 0))
  private let followers = Mutex<[ObjectIdentifier: @Sendable () -> Void]>([:])

  package init() {}

  package var current: State { state.withLock { $0 } }

  /// The store, or the 503 that says why there is none yet.
  package func store() throws(APIError) -> Store {
    switch current {
    case .open(let store): return store
    case .draining(.some(let store)): return store
    case .draining(.none): throw .unavailable("the daemon is stopping")
    case .opening(let progress):
      throw .unavailable("the store is opening, \(Int(progress * 100)) % of its log is replayed")
    }
  }

  func report(progress: Double) {
    state.withLock { if case .opening = $0 { $0 = .opening(progress: progress) } }
  }

  func finish(_ store: Store) {
    state.withLock {
      switch $0 {
      case .opening: $0 = .open(store)
      case .draining: $0 = .draining(store)
      case .open: break
      }
    }
    tellFollowers()
  }

  /// Makes `/readyz` say that the daemon is stopping.
  func drain() {
    state.withLock {
      switch $0 {
      case .opening: $0 = .draining(nil)
      case .open(let store): $0 = .draining(store)
      case .draining: break
      }
    }
    tellFollowers()
  }

  // MARK: Followers

  /// Has `tell` called whenever the store opens or the daemon begins to stop, by whoever makes it so,
  /// until `forget`. It must not block.
  func follow(_ follower: AnyObject, _ tell: @escaping @Sendable () -> Void) {
    followers.withLock { $0[ObjectIdentifier(follower)] = tell }
  }

  func forget(_ follower: AnyObject) {
    followers.withLock { $0[ObjectIdentifier(follower)] = nil }
  }

  private func tellFollowers() {
    for tell in followers.withLock({ Array($0.values) }) { tell() }
  }
}

import Synchronization

/// What readers see: the committer swaps it, readers take a reference. The lock is held for that
/// only.
final class PublishedState: Sendable {
  private struct Content {
    var state: StoreState
    /// By collection identity.
    var snapshots = ShardedDictionary<UInt64, CollectionSnapshot>()
  }

  private let content: Mutex<Content>

  init(_ state: StoreState) {
    content = Mutex(Content(state: state))
    publish(state, changed: Set(state.collections.keys))
  }

  var state: StoreState { content.withLock { $0.state } }

  func snapshot(of name: String) throws(StoreError) -> CollectionSnapshot {
    let found = content.withLock { content in
      (try? content.state.collection(name)).flatMap { content.snapshots[$0.identity] }
    }
    guard let found else { throw .collectionNotFound(name) }
    return found
  }

  /// Called by the committer only.
  /// - Parameter changed: identities of the collections that need a new snapshot, or none any more.
  func publish(_ state: StoreState, changed: Set<UInt64>) {
    var snapshots = content.withLock { $0.snapshots }
    for identity in changed {
      snapshots[identity] = state.collections[identity]?.snapshot(
        sequenceNumber: state.sequenceNumber)
    }
    let new = Content(state: state, snapshots: snapshots)
    content.withLock { $0 = new }
  }
}

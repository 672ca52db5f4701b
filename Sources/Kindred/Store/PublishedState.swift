import Synchronization

/// What readers see: the committer swaps it, readers take a reference. The lock is held for that
/// only.
final class PublishedState: Sendable {
  private struct Content {
    var state: StoreState
    /// By collection identity.
    var snapshots: [UInt64: CollectionSnapshot]
  }

  private let content: Mutex<Content>

  init(_ state: StoreState) {
    content = Mutex(Content(state: state, snapshots: [:]))
    publish(state)
  }

  var state: StoreState { content.withLock { $0.state } }

  func snapshot(of name: String) throws(StoreError) -> CollectionSnapshot {
    let found = content.withLock { content in
      (try? content.state.collection(name)).flatMap { content.snapshots[$0.identity] }
    }
    guard let found else { throw .collectionNotFound(name) }
    return found
  }

  /// Called by the committer only. Collections that have not changed keep their snapshot.
  func publish(_ state: StoreState) {
    let old = content.withLock { $0 }
    var snapshots: [UInt64: CollectionSnapshot] = [:]
    for (identity, collection) in state.collections {
      if old.state.collections[identity]?.revision == collection.revision,
        let snapshot = old.snapshots[identity]
      {
        snapshots[identity] = snapshot
      } else {
        snapshots[identity] = collection.snapshot(sequenceNumber: state.sequenceNumber)
      }
    }
    let new = Content(state: state, snapshots: snapshots)
    content.withLock { $0 = new }
  }
}

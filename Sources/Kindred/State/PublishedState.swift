import Synchronization

/// The state that readers see: the committer swaps it, readers take a reference. The lock is held
/// for that only.
final class PublishedState: Sendable {
  private struct Content {
    var state: StoreState
    /// The collections' views, by the identities of the collections.
    var views = ShardedDictionary<UInt64, CollectionView>()
  }

  private let content: Mutex<Content>

  init(_ state: StoreState) {
    content = Mutex(Content(state: state))
    publish(state, changed: Set(state.collections.keys))
  }

  var state: StoreState { content.withLock { $0.state } }

  func view(of name: String) throws(StoreError) -> CollectionView {
    let found = content.withLock { content in
      content.state.identity(of: name).flatMap { content.views[$0] }
    }
    guard let found else { throw .collectionNotFound(name) }
    return found
  }

  func collection(_ name: String) throws(StoreError) -> CollectionState {
    try content.withLock { content throws(StoreError) in try content.state.collection(name) }
  }

  /// Called by the committer only.
  /// - Parameter changed: identities of the collections that need a new view, or none any more.
  func publish(_ state: StoreState, changed: Set<UInt64>) {
    var views = content.withLock { $0.views }
    for identity in changed {
      views[identity] = state.collections[identity]?.view(
        sequenceNumber: state.sequenceNumber)
    }
    let new = Content(state: state, views: views)
    content.withLock { $0 = new }
  }
}

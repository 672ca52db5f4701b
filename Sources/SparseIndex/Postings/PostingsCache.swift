internal import Synchronization

/// The posting lists that are kept decoded in memory for one sparse vector name of one segment, and how
/// often they have been searched. Answers are the same with them and without.
package final class PostingsCache: Sendable {
  private let searchCount = Atomic(0)
  private let state = Mutex(State())

  private struct State {
    var lists: DecodedLists?
    /// Bytes that the lists were allowed to take when they were decoded.
    var limit = 0
    /// Bytes of all lists that are worth decoding; nil until somebody asks.
    var wantedByteCount: Int?
    var demand = 0.0
  }

  package init() {}

  /// The decoded lists, if there are any, for a search, which is counted.
  func listsForSearch() -> DecodedLists? {
    searchCount.wrappingAdd(1, ordering: .relaxed)
    return state.withLock { $0.lists }
  }

  /// About how many searches there have been lately: what it was at the last call times `decay`, and
  /// those that have come since.
  package func updateDemand(decay: Double) -> Double {
    let count = searchCount.exchange(0, ordering: .relaxed)
    return state.withLock { state in
      state.demand = state.demand * decay + Double(count)
      return state.demand
    }
  }

  /// Bytes of memory that are taken.
  package var byteCount: Int { state.withLock { $0.lists?.byteCount ?? 0 } }

  /// Bytes of memory that all lists would take that are worth it.
  package func wantedByteCount(of postings: PostingsReader) -> Int {
    if let known = state.withLock({ $0.wantedByteCount }) { return known }
    let byteCount = DecodedLists.byteCount(postings)
    state.withLock { $0.wantedByteCount = byteCount }
    return byteCount
  }

  /// Decodes lists, or lets go of them, so that they take at most `limit` bytes, and not much less when
  /// the lists allow it. One call at a time.
  package func keep(_ limit: Int, of postings: PostingsReader) {
    let all = wantedByteCount(of: postings)
    // A few lists of many are not worth it.
    let limit = limit < all / 64 ? 0 : limit
    let wanted = min(limit, all)
    let (present, limitBefore) = state.withLock { ($0.lists?.byteCount ?? 0, $0.limit) }
    guard present > limit || limitBefore < wanted / 4 * 3 else { return }
    // Let go of first: there is memory for one of them.
    release()
    let lists = wanted > 0 ? DecodedLists(postings, upTo: wanted) : nil
    state.withLock { ($0.lists, $0.limit) = (lists, wanted) }
  }

  package func release() { state.withLock { ($0.lists, $0.limit) = (nil, 0) } }
}

import SparseIndex

/// Decides which segments' posting lists are kept decoded in memory: those that are searched often,
/// within a budget that all share.
struct PostingsCaching: Sendable {
  /// Bytes for all of them together.
  let byteCount: Int

  /// The factor by which the count of searches decays each second.
  private static let decay = 0.9
  /// Searches in the last ten seconds, about, from which on lists are decoded.
  private static let minDemand = 50.0
  /// The demand left a minute or two after the last search, at which the lists are let go.
  private static let minLeft = 0.05
  /// Decoded lists stay unless another segment is searched more often by this factor.
  private static let persistence = 2.0

  private struct Candidate {
    var sections: SparseSections
    var demand: Double
  }

  /// Decides what is kept decoded; one thread calls this about once a second.
  func run(_ state: StoreState) {
    guard byteCount > 0 else { return }
    var candidates: [Candidate] = []
    for collection in state.collections.values {
      for stored in collection.files {
        for sections in stored.live.segment.openSparseSections {
          let cache = sections.cache
          let demand = cache.updateDemand(decay: Self.decay)
          let isThere = cache.byteCount > 0
          if demand >= (isThere ? Self.minLeft : Self.minDemand) {
            candidates.append(
              Candidate(sections: sections, demand: isThere ? demand * Self.persistence : demand))
          } else if isThere {
            cache.release()
          }
        }
      }
    }
    candidates.sort { $0.demand > $1.demand }
    var room = byteCount
    for candidate in candidates {
      candidate.sections.cache.keep(room, of: candidate.sections.postings)
      room -= candidate.sections.cache.byteCount
    }
  }
}

import SparseIndex

/// A collection at one moment: immutable, shared by any number of readers, unaffected by writes that
/// come later.
public final class CollectionSnapshot: Sendable {
  public let name: String
  /// Never used twice within a store, whatever the name.
  package let identity: UInt64
  public let configuration: CollectionConfiguration
  /// Memtable runs and segment files. A point id is live in at most one of them.
  package let segments: [LiveSegment]
  /// Of the last batch in the store when this collection changed last.
  public let sequenceNumber: UInt64

  package init(
    name: String, identity: UInt64, configuration: CollectionConfiguration,
    segments: [LiveSegment], sequenceNumber: UInt64
  ) {
    self.name = name
    self.identity = identity
    self.configuration = configuration
    self.segments = segments
    self.sequenceNumber = sequenceNumber
  }

  /// Points that exist.
  public var pointCount: Int { preconditionFailure("stub") }
  public var segmentCount: Int { preconditionFailure("stub") }

  /// How many points pass the filter; all points without one.
  public func count(_ filter: Filter?) throws(StoreError) -> Int { preconditionFailure("stub") }

  /// The points that exist among `ids`, in the order asked for.
  public func retrieve(
    _ ids: [PointID], payload: PayloadSelector = .all, vectors: VectorSelector = .none
  ) throws(StoreError) -> [Record] { preconditionFailure("stub") }

  /// Points in the order of their ids, from `start` on (inclusive).
  /// - Returns: up to `limit` records, and the id where the next page starts.
  public func scroll(
    from start: PointID? = nil, limit: Int = 10, filter: Filter? = nil,
    payload: PayloadSelector = .all, vectors: VectorSelector = .none
  ) throws(StoreError) -> (records: [Record], next: PointID?) { preconditionFailure("stub") }

  /// The nearest points, best first.
  public func search(_ request: SearchRequest) throws(StoreError) -> [ScoredPoint] {
    preconditionFailure("stub")
  }

  /// - Parameter catalogue: a collection whose point ids are the items, joined to the answer.
  public func recommend(
    _ request: RecommendationRequest, catalogue: CollectionSnapshot? = nil
  ) throws(StoreError) -> Recommendation { preconditionFailure("stub") }
}

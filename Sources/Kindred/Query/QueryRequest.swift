/// The universal query: a stage, and what to answer of the points that it finds.
public struct QueryRequest: Equatable, Sendable {
  /// The query, and the prefetches that it works on.
  public var stage: QueryStage
  /// Hits to leave out at the start; a random sample leaves none out.
  public var offset: Int
  /// Which parts of the payload to answer.
  public var withPayload: PayloadSelector
  /// Which vectors to answer.
  public var withVector: VectorSelector

  /// A request for ids and scores, unless more is given.
  public init(
    _ stage: QueryStage = QueryStage(), offset: Int = 0, withPayload: PayloadSelector = .none,
    withVector: VectorSelector = .none
  ) {
    self.stage = stage
    self.offset = offset
    self.withPayload = withPayload
    self.withVector = withVector
  }
}

/// A hit: a record and how well it fits. Hits order by score, the higher id first among equals.
public struct ScoredPoint: Equatable, Sendable {
  /// The similarity, distance or rank that the query gives, which says whether greater is better.
  public var score: Float
  /// The point, with the parts that were asked for.
  public var record: Record

  /// The point's identity.
  public var id: PointID { record.id }

  /// A hit of that score.
  public init(score: Float, record: Record) {
    self.score = score
    self.record = record
  }
}

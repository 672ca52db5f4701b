/// The similarities among a random sample of points: for each its nearest others of the sample.
public struct DistanceMatrixRequest: Equatable, Sendable {
  /// Which points may be drawn, among those that have the vector; nil for all.
  public var filter: Filter?
  /// Points to draw, at least 2.
  public var sample: Int
  /// Neighbours a point, at least 1.
  public var limit: Int
  /// The name of the vector.
  public var using: String

  /// A request about the vector `using`, the unnamed one by default.
  public init(filter: Filter? = nil, sample: Int = 10, limit: Int = 3, using: String = "") {
    self.filter = filter
    self.sample = sample
    self.limit = limit
    self.using = using
  }
}

/// The scores of pairs of points.
public struct DistanceMatrix: Equatable, Sendable {
  /// Two points and their similarity.
  public struct Pair: Equatable, Sendable {
    /// The point whose neighbour is named.
    public var a: PointID
    /// The neighbour, always another point.
    public var b: PointID
    /// The similarity or distance of the two, as a search for `a` would score `b`.
    public var score: Float
  }

  /// The drawn points, ascending; empty when fewer than two could be drawn.
  public var ids: [PointID]
  /// By ascending `a`, for each of them nearest first.
  public var pairs: [Pair]

  /// The same as three columns of equal length: positions in `ids` of both points, and the score.
  public var offsets: (rows: [Int], columns: [Int], scores: [Float]) {
    var positions: [PointID: Int] = [:]
    for (position, id) in ids.enumerated() { positions[id] = position }
    return (
      pairs.map { positions[$0.a] ?? 0 }, pairs.map { positions[$0.b] ?? 0 }, pairs.map(\.score)
    )
  }
}

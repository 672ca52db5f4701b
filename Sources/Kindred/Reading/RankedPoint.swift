/// A ranked point before its payload and vectors are fetched.
package struct RankedPoint: Equatable, Sendable {
  package var id: PointID
  package var score: Float
  package var orderValue: OrderValue?

  package init(id: PointID, score: Float, orderValue: OrderValue? = nil) {
    self.id = id
    self.score = score
    self.orderValue = orderValue
  }
}

extension [RankedPoint] {
  /// Best first: by descending score, among equal scores the higher id first. No score is NaN.
  package mutating func rankDescending(in context: ReadContext = .unlimited) {
    sort(in: context) { left, right in
      left.score != right.score ? left.score > right.score : left.id > right.id
    }
  }

  /// The best `limit` of the hits, ranked.
  package consuming func best(_ limit: Int, in context: ReadContext = .unlimited) -> [RankedPoint] {
    rankDescending(in: context)
    return count > limit ? Array(prefix(limit)) : self
  }
}

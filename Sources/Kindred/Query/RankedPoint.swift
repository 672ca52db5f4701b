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
  /// Best first: by descending score, among equal scores the higher id first. NaN ranks last.
  package mutating func rankDescending() {
    sort { left, right in
      if left.score != right.score {
        if left.score.isNaN { return false }
        if right.score.isNaN { return true }
        return left.score > right.score
      }
      return left.id > right.id
    }
  }

  /// The best `limit` of the hits, ranked.
  package func best(_ limit: Int) -> [RankedPoint] {
    var ranked = self
    ranked.rankDescending()
    return ranked.count > limit ? Array(ranked.prefix(limit)) : ranked
  }
}

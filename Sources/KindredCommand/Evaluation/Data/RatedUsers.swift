import SparseIndex

/// Everybody's ratings, in memory: 16 bytes each, 24 with times.
///
/// Invariant: the ratings of user `u` lie at `ratings(of: u)`, items ascending strictly.
package struct RatedUsers: Sendable {
  package private(set) var ids: [PointID] = []
  private var ranges: [Range<Int>] = []
  package private(set) var items: [UInt32] = []
  /// The weights that the collection holds.
  package private(set) var weights: [Float] = []
  /// Values that tell whether somebody liked the item: a file's ratings, else the weights.
  package private(set) var values: [Double] = []
  /// Larger is later; empty where nobody says.
  package private(set) var times: [Int64] = []

  package init() {}

  package var count: Int { ids.count }
  package var ratingCount: Int { items.count }
  package func ratings(of user: Int) -> Range<Int> { ranges[user] }

  /// - Parameters:
  ///   - items: ascend strictly.
  ///   - times: as many, or nil for all users.
  package mutating func append(
    _ id: PointID, items: [UInt32], weights: [Float], values: [Double], times: [Int64]? = nil
  ) {
    precondition(items.count == weights.count && items.count == values.count)
    let start = self.items.count
    ids.append(id)
    self.items += items
    self.weights += weights
    self.values += values
    if let times {
      precondition(times.count == items.count && self.times.count == start)
      self.times += times
    }
    ranges.append(start..<self.items.count)
  }

  /// Puts the users in the order of their ids, which does not depend on the order of a file.
  package mutating func sort() {
    let order = ids.indices.sorted { ids[$0] < ids[$1] }
    ids = order.map { ids[$0] }
    ranges = order.map { ranges[$0] }
  }

  package func vector(of user: Int) -> SparseVector {
    let range = ranges[user]
    return SparseVector(ascending: Array(items[range]), weights: Array(weights[range]))
  }

  /// The vector of some of one user's ratings.
  package func vector(of ratings: some Sequence<Int>) -> SparseVector {
    let ascending = ratings.sorted { items[$0] < items[$1] }
    return SparseVector(
      ascending: ascending.map { items[$0] }, weights: ascending.map { weights[$0] })
  }
}

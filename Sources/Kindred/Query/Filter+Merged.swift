import SparseIndex

extension Filter {
  /// Both filters in one, clause by clause. Two lists of `should` become one, and one of its
  /// conditions must hold: Qdrant does the same when it hands a filter down to prefetches.
  static func merged(_ left: Filter?, _ right: Filter?) -> Filter? {
    guard let left else { return right }
    guard let right else { return left }
    var minShould = left.minShould ?? right.minShould
    if let first = left.minShould, let second = right.minShould {
      minShould = MinShould(
        conditions: first.conditions + second.conditions,
        minCount: max(first.minCount, second.minCount))
    }
    return Filter(
      must: left.must + right.must, should: left.should + right.should,
      mustNot: left.mustNot + right.mustNot, minShould: minShould)
  }
}

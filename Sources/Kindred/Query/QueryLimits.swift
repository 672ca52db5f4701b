/// Limits for the parts of a query.
package enum QueryLimits {
  static let prefetchDepth = 64
  /// The prefetches of all depths together.
  package static let prefetchCount = 1000
  /// The conditions of all filters and formulas together; one filter has at most 1,000 by itself.
  static let conditionCount = 10_000
  /// The expressions of one formula.
  package static let expressionCount = 10_000
}

/// Counts the parts of a query while it is validated.
struct QuerySize {
  private var prefetchCount = 0
  private var conditionCount = 0

  mutating func addPrefetch() throws(StoreError) {
    prefetchCount += 1
    guard prefetchCount <= QueryLimits.prefetchCount else {
      throw .invalid("the query has more than \(QueryLimits.prefetchCount) prefetches")
    }
  }

  mutating func add(_ filter: Filter?) throws(StoreError) {
    guard let filter else { return }
    conditionCount += filter.conditionCount
    guard conditionCount <= QueryLimits.conditionCount else {
      throw .invalid("the query has more than \(QueryLimits.conditionCount) conditions in all")
    }
  }
}

extension Filter {
  package static let maxDepth = 16
  package static let maxConditionCount = 1000

  /// Refuses filters that cost too much to evaluate: nested deeper than 16 filters, or with more
  /// than 1,000 conditions.
  public func validate() throws(InvalidFilter) {
    var conditionCount = 0
    try check(depth: 1, &conditionCount)
  }

  /// Conditions at every depth.
  package var conditionCount: Int {
    var count = 0
    forEachCondition { condition in
      count += 1
      switch condition {
      case .nested(_, let filter), .filter(let filter): count += filter.conditionCount
      default: break
      }
    }
    return count
  }

  /// Calls `body` for the conditions of this filter, not for those inside them.
  private func forEachCondition<E: Error>(_ body: (Condition) throws(E) -> Void) throws(E) {
    for condition in must { try body(condition) }
    for condition in should { try body(condition) }
    for condition in mustNot { try body(condition) }
    guard let minShould else { return }
    for condition in minShould.conditions { try body(condition) }
  }

  private func check(depth: Int, _ conditionCount: inout Int) throws(InvalidFilter) {
    guard depth <= Self.maxDepth else { throw .tooDeep(max: Self.maxDepth) }
    try forEachCondition { (condition) throws(InvalidFilter) in
      conditionCount += 1
      guard conditionCount <= Self.maxConditionCount else {
        throw .tooManyConditions(max: Self.maxConditionCount)
      }
      switch condition {
      case .nested(_, let filter), .filter(let filter):
        try filter.check(depth: depth + 1, &conditionCount)
      default: break
      }
    }
  }
}

/// Why a filter is refused that is otherwise well-formed.
public enum InvalidFilter: Error, Equatable, Sendable {
  /// Filters are nested in each other more than `max` levels deep.
  case tooDeep(max: Int)
  /// There are more than `max` conditions at all depths together.
  case tooManyConditions(max: Int)
}

extension InvalidFilter: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooDeep(let max): "filter is nested deeper than \(max) levels"
    case .tooManyConditions(let max): "filter has more than \(max) conditions"
    }
  }
}

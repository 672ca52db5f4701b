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
    (must + should + mustNot + (minShould?.conditions ?? [])).reduce(0) { count, condition in
      switch condition {
      case .nested(_, let filter), .filter(let filter): count + 1 + filter.conditionCount
      default: count + 1
      }
    }
  }

  private func check(depth: Int, _ conditionCount: inout Int) throws(InvalidFilter) {
    guard depth <= Self.maxDepth else { throw .tooDeep(maximum: Self.maxDepth) }
    for condition in must + should + mustNot + (minShould?.conditions ?? []) {
      conditionCount += 1
      guard conditionCount <= Self.maxConditionCount else {
        throw .tooManyConditions(maximum: Self.maxConditionCount)
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
  case tooDeep(maximum: Int)
  case tooManyConditions(maximum: Int)
}

extension InvalidFilter: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooDeep(let maximum): "filter is nested deeper than \(maximum) levels"
    case .tooManyConditions(let maximum): "filter has more than \(maximum) conditions"
    }
  }
}

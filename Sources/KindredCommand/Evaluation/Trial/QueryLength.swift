import ArgumentParser

/// The number of a person's known ratings that a query has: the first few, or all.
package enum QueryLength: Hashable, Sendable {
  case first(Int)
  case all

  package init?(_ text: String) {
    if text == "all" {
      self = .all
    } else if let count = Int(text), count > 0 {
      self = .first(count)
    } else {
      return nil
    }
  }

  /// `5` or `all`.
  package var text: String {
    switch self {
    case .first(let count): "\(count)"
    case .all: "all"
    }
  }

  /// For headings.
  package var title: String {
    switch self {
    case .first(1): "1 rating"
    case .first(let count): "\(count) ratings"
    case .all: "all ratings"
    }
  }

  package func query(of known: [Int]) -> ArraySlice<Int> {
    switch self {
    case .first(let count): known.prefix(count)
    case .all: known[...]
    }
  }
}

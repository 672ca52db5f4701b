/// Which points to answer when no score is asked for.
public enum Sample: String, Equatable, Sendable {
  /// Any, every subset as likely as any other.
  case random
}

extension Sample {
  /// `count` of the elements in random order; all of them when there are fewer.
  package static func random<T>(
    _ count: Int, of elements: consuming [T], using generator: inout some RandomNumberGenerator
  ) -> [T] {
    let count = min(max(0, count), elements.count)
    for index in 0..<count {
      elements.swapAt(index, Int.random(in: index..<elements.count, using: &generator))
    }
    return Array(elements.prefix(count))
  }
}

/// Finds a run of elements in others in one pass, however they repeat (D. Knuth, J. Morris, V. Pratt,
/// "Fast pattern matching in strings", 1977).
struct SequencePattern<Element: Equatable & Sendable>: Sendable {
  private let elements: [Element]
  /// For each place how many elements up to it are also the pattern's first: where to go on after a
  /// mismatch.
  private let borders: [Int]

  /// - Returns: nil when the read is over before the pattern is made.
  init?(_ elements: [Element], for context: ReadContext = .unlimited) {
    self.elements = elements
    var borders = [0]
    var matched = 0
    var meter = WorkMeter(context)
    for element in elements.dropFirst() {
      if meter.isOver(after: 8) { return nil }
      while matched > 0, elements[matched] != element { matched = borders[matched - 1] }
      if elements[matched] == element { matched += 1 }
      borders.append(matched)
    }
    self.borders = borders
  }

  /// An empty pattern is found everywhere; none where the read is over.
  func isFound(in text: some Sequence<Element>, for context: ReadContext = .unlimited) -> Bool {
    var matcher = matcher
    var meter = WorkMeter(context)
    if elements.isEmpty { return true }
    for element in text {
      if meter.isOver(after: 4) { return false }
      if matcher.ends(with: element) { return true }
    }
    return false
  }

  var matcher: Matcher { Matcher(pattern: self) }

  /// Is shown one element after the other.
  struct Matcher {
    fileprivate let pattern: SequencePattern
    private var matched = 0

    fileprivate init(pattern: SequencePattern) { self.pattern = pattern }

    /// Whether the pattern ends with this element.
    mutating func ends(with element: Element) -> Bool {
      if matched == pattern.elements.count { matched = pattern.borders[matched - 1] }
      while matched > 0, pattern.elements[matched] != element {
        matched = pattern.borders[matched - 1]
      }
      if pattern.elements[matched] == element { matched += 1 }
      return matched == pattern.elements.count
    }
  }
}

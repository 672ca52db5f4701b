internal import CKernels

/// A set of point offsets `0 ..< count` of one segment, a bit each.
///
/// Invariant: bits at and beyond `count` in the last word are zero.
package struct PointMask: Equatable, Sendable {
  /// The number of point offsets that the set may have, not of those that it has.
  package let count: Int
  package private(set) var words: [UInt64]

  /// The empty set, or all of `0 ..< count`.
  package init(count: Int, filled: Bool = false) {
    self.count = count
    words = Array(repeating: filled ? .max : 0, count: (count + 63) / 64)
    if filled { clearTail() }
  }

  /// Takes over words that were filled elsewhere; bits beyond `count` are cleared.
  package init(count: Int, words: [UInt64]) {
    precondition(words.count == (count + 63) / 64)
    self.count = count
    self.words = words
    clearTail()
  }

  /// Whether the offset is a member. It must lie within `0 ..< count`.
  package subscript(offset: Int) -> Bool {
    get {
      precondition(offset >= 0 && offset < count)
      return words[offset >> 6] >> UInt64(offset & 63) & 1 == 1
    }
    set {
      precondition(offset >= 0 && offset < count)
      if newValue {
        words[offset >> 6] |= 1 << UInt64(offset & 63)
      } else {
        words[offset >> 6] &= ~(1 << UInt64(offset & 63))
      }
    }
  }

  /// The least member that is not below `start`.
  package func firstMember(from start: Int) -> Int? {
    guard start < count else { return nil }
    var index = start >> 6
    var word = words[index] & (.max << UInt64(start & 63))
    while word == 0 {
      index += 1
      guard index < words.count else { return nil }
      word = words[index]
    }
    return index << 6 + word.trailingZeroBitCount
  }

  /// The number of members; counted anew at each call.
  package var memberCount: Int { memberCount(in: 0..<count) }

  /// - Parameter range: begins at a multiple of 64 and ends at one or at `count`.
  package func memberCount(in range: Range<Int>) -> Int {
    let wordRange = Self.wordRange(range)
    return words.withUnsafeBufferPointer { words in
      precondition(wordRange.lowerBound >= 0 && wordRange.upperBound <= words.count)
      guard let start = words.baseAddress else { return 0 }
      return sparse_count_bits(start + wordRange.lowerBound, wordRange.count)
    }
  }

  /// Members of both sets.
  package func sharedMemberCount(_ other: PointMask) -> Int {
    precondition(other.count == count)
    var sum = 0
    for index in words.indices { sum += (words[index] & other.words[index]).nonzeroBitCount }
    return sum
  }

  /// Whether there are no members.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Keeps the members that `other`, of the same `count`, has too.
  package mutating func formIntersection(_ other: PointMask) {
    precondition(other.count == count)
    for index in words.indices { words[index] &= other.words[index] }
  }

  /// Adds the members of `other`, which has the same `count`.
  package mutating func formUnion(_ other: PointMask) {
    precondition(other.count == count)
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// Removes the members of `other`, which has the same `count`.
  package mutating func subtract(_ other: PointMask) {
    precondition(other.count == count)
    for index in words.indices { words[index] &= ~other.words[index] }
  }

  /// Makes members of all offsets within `0 ..< count` that were none, and the other way round.
  package mutating func invert() {
    for index in words.indices { words[index] = ~words[index] }
    clearTail()
  }

  /// Calls `body` with every member, ascending.
  package func forEach<E: Error>(_ body: (Int) throws(E) -> Void) throws(E) {
    try forEach(in: 0..<count, body)
  }

  /// Calls `body` with every member in `range`, which begins at a multiple of 64 and ends at one or at
  /// `count`; ascending.
  package func forEach<E: Error>(in range: Range<Int>, _ body: (Int) throws(E) -> Void) throws(E) {
    for index in Self.wordRange(range) {
      var word = words[index]
      while word != 0 {
        try body(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }

  private static func wordRange(_ range: Range<Int>) -> Range<Int> {
    range.lowerBound >> 6..<(range.upperBound + 63) >> 6
  }

  /// Replaces whole words at once: `body` gets each word's index and returns its bits.
  package mutating func fillWords(_ body: (Int) -> UInt64) {
    for index in words.indices { words[index] = body(index) }
    clearTail()
  }

  private mutating func clearTail() {
    if count & 63 != 0, let last = words.indices.last {
      words[last] &= (1 << UInt64(count & 63)) - 1
    }
  }
}

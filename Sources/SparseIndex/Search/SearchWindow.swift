/// The postings of a query's terms within one window of points: dense lists as they lie in the
/// segment, the others decoded. Windows are visited in ascending order.
struct SearchWindow: ~Copyable {
  /// Points in a window: their 16-bit accumulators fit the first-level cache.
  static let pointCount = 1 << 14

  /// The window's points.
  private(set) var range = 0..<0
  private let terms: [SparseQuery.Term]
  private var cursors: [PostingCursor]
  /// For each term, where its decoded postings lie in the two buffers, and how many there are.
  private let starts: [Int]
  private(set) var counts: [Int]
  private let offsetBuffer: UnsafeMutablePointer<UInt32>
  private let codeBuffer: UnsafeMutablePointer<UInt8>

  init(_ query: borrowing SparseQuery) {
    terms = query.terms
    cursors = terms.map { PostingCursor($0.list) }
    var starts: [Int] = []
    var capacity = 0
    for term in terms {
      starts.append(capacity)
      if !term.list.isDense { capacity += min(term.list.count, Self.pointCount) }
    }
    self.starts = starts
    counts = Array(repeating: 0, count: terms.count)
    offsetBuffer = .allocate(capacity: max(1, capacity))
    codeBuffer = .allocate(capacity: max(1, capacity))
  }

  deinit {
    offsetBuffer.deallocate()
    codeBuffer.deallocate()
  }

  /// Moves on to `range`, which follows the previous one; what lies between is skipped.
  mutating func advance(to range: Range<Int>) {
    for index in terms.indices where !terms[index].list.isDense {
      if range.lowerBound > self.range.upperBound { skip(index, to: range.lowerBound) }
      counts[index] = cursors[index].decode(
        below: range.upperBound, offsets: offsetBuffer + starts[index],
        codes: codeBuffer + starts[index])
    }
    self.range = range
  }

  private mutating func skip(_ index: Int, to offset: Int) {
    var limit = range.upperBound
    while limit < offset {
      limit = min(limit + Self.pointCount, offset)
      _ = cursors[index].decode(
        below: limit, offsets: offsetBuffer + starts[index], codes: codeBuffer + starts[index])
    }
  }

  /// A decoded (not dense) term's offsets, ascending.
  @inline(__always)
  func offsets(of term: Int) -> UnsafeMutablePointer<UInt32> { offsetBuffer + starts[term] }

  @inline(__always)
  func codes(of term: Int) -> UnsafeMutablePointer<UInt8> { codeBuffer + starts[term] }

  /// The code of a point of the window in a term's list, or nil when it lacks the dimension.
  @inline(__always)
  func code(of term: Int, at offset: Int) -> UInt8? {
    let list = terms[term].list
    if list.isDense {
      let code = list.denseCode(at: offset)
      return code == 0 ? nil : code &- 1
    }
    let offsets = offsets(of: term)
    let wanted = UInt32(truncatingIfNeeded: offset)
    var low = 0
    var high = counts[term]
    while low < high {
      let middle = (low &+ high) &>> 1
      if offsets[middle] < wanted { low = middle &+ 1 } else { high = middle }
    }
    return low < counts[term] && offsets[low] == wanted ? codes(of: term)[low] : nil
  }
}

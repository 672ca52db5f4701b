/// The postings of a query's terms within one window of points: block codes where a list has them,
/// decoded postings of the others, or, of deferred ones, a cursor that looks single points up.
/// Windows are visited in ascending order.
struct SearchWindow: ~Copyable {
  /// Points in a window: their 16-bit accumulators fit the first-level cache.
  static let pointCount = 1 << 14

  /// The window's points.
  private(set) var range = 0..<0
  private let terms: [SparseQuery.Term]
  private let states: UnsafeMutablePointer<TermState>
  private let offsetBuffer: UnsafeMutablePointer<UInt32>
  private let codeBuffer: UnsafeMutablePointer<UInt8>

  private struct TermState {
    var cursor: PostingCursor
    /// Where a list's decoded postings lie in the two buffers, and how many there are.
    let start: Int
    let capacity: Int
    var count = 0
    /// For deferred lists: where looking up has got to; `cursor` stays at the window's start.
    var probe: PostingCursor?
    var probedOffset = 0
    /// The block codes from the window's first point on.
    var blockCodes: UnsafeRawPointer?
  }

  /// The memory that a window of the terms' lists takes, in bytes.
  static func byteCount(of terms: [SparseQuery.Term]) -> Int {
    terms.reduce(0) { sum, term in
      sum + MemoryLayout<TermState>.stride + capacity(term.list) * (term.list.hasBlockCodes ? 1 : 5)
    }
  }

  private static func capacity(_ list: PostingList) -> Int {
    let windowCount = min(list.pointCount, pointCount)
    let capacity =
      list.hasBlockCodes
      ? PostingCursor.spreadByteCount(of: list, windowPointCount: windowCount)
      : min(list.count, windowCount)
    // Each begins a cache line.
    return (capacity + 63) & ~63
  }

  init(_ query: borrowing SparseQuery) {
    terms = query.terms
    states = .allocate(capacity: max(1, terms.count))
    var postings = 0
    var codes = 0
    for (index, term) in terms.enumerated() {
      let capacity = Self.capacity(term.list)
      // Decoded postings need both buffers; block codes only the second.
      (states + index).initialize(
        to: TermState(
          cursor: PostingCursor(term.list), start: codes, capacity: capacity))
      codes += capacity
      if !term.list.hasBlockCodes { postings = codes }
    }
    offsetBuffer = .allocate(capacity: max(1, postings))
    codeBuffer = UnsafeMutableRawPointer.allocate(byteCount: max(1, codes), alignment: 64)
      .bindMemory(to: UInt8.self, capacity: max(1, codes))
  }

  deinit {
    states.deallocate()
    offsetBuffer.deallocate()
    codeBuffer.deallocate()
  }

  /// Moves on to `range`, which follows the previous one; what lies between is skipped.
  /// - Parameter deferred: terms of sparse lists that are not decoded, only looked up.
  mutating func advance(to range: Range<Int>, deferring deferred: ArraySlice<Int>) {
    // Not states[index].cursor.skip(): Swift 6.3 emits a broken module of that under the thread
    // sanitizer.
    for index in terms.indices { states[index].probe = nil }
    for index in deferred {
      let state = states + index
      state.pointee.cursor.skip(to: range.lowerBound)
      state.pointee.probe = state.pointee.cursor
      state.pointee.probedOffset = range.lowerBound
    }
    for index in terms.indices where states[index].probe == nil {
      let state = states + index
      if terms[index].list.hasBlockCodes {
        state.pointee.blockCodes = state.pointee.cursor.blockCodes(
          from: range.lowerBound, to: range.upperBound, buffer: codes(of: index))
      } else {
        state.pointee.cursor.skip(to: range.lowerBound)
        state.pointee.count = state.pointee.cursor.decode(
          below: range.upperBound, capacity: state.pointee.capacity, offsets: offsets(of: index),
          codes: codes(of: index))
      }
    }
    self.range = range
  }

  /// How many postings of a decoded term lie in the window.
  @inline(__always)
  func count(of term: Int) -> Int { states[term].count }

  /// A decoded term's offsets, ascending.
  @inline(__always)
  func offsets(of term: Int) -> UnsafeMutablePointer<UInt32> { offsetBuffer + states[term].start }

  @inline(__always)
  func codes(of term: Int) -> UnsafeMutablePointer<UInt8> { codeBuffer + states[term].start }

  /// A term's block codes from the window's first point on; nil for decoded terms.
  @inline(__always)
  func blockCodes(of term: Int) -> UnsafeRawPointer? { states[term].blockCodes }

  /// The code of a point of the window in a term's list, or nil when it lacks the dimension; where
  /// codes are exact.
  @inline(__always)
  func code(of term: Int, at offset: Int) -> UInt8? {
    let state = states + term
    if let blockCodes = state.pointee.blockCodes {
      let code = BlockCodes.code(at: offset &- range.lowerBound, in: blockCodes)
      return code == 0 ? nil : code &- 1
    }
    if state.pointee.probe != nil { return lookUp(offset, in: state) }
    let offsets = offsetBuffer + state.pointee.start
    let wanted = UInt32(truncatingIfNeeded: offset)
    var low = 0
    var high = state.pointee.count
    while low < high {
      let middle = (low &+ high) &>> 1
      if offsets[middle] < wanted { low = middle &+ 1 } else { high = middle }
    }
    return low < state.pointee.count && offsets[low] == wanted
      ? codeBuffer[state.pointee.start &+ low] : nil
  }

  /// Looks a point up in a deferred list: quickly where the offsets of successive calls ascend.
  private func lookUp(_ offset: Int, in state: UnsafeMutablePointer<TermState>) -> UInt8? {
    if offset < state.pointee.probedOffset { state.pointee.probe = state.pointee.cursor }
    state.pointee.probedOffset = offset
    return state.pointee.probe!.code(at: offset)
  }
}

/// The postings of a query's terms within one window of points: block codes where a list has them,
/// decoded postings of the others, or, of deferred ones, a cursor that looks single points up.
/// Windows are visited in ascending order.
struct SearchWindow: ~Copyable {
  /// Points in a window: their 16-bit accumulators fit the first-level cache.
  static let pointCount = 1 << 14

  /// The window's points.
  private(set) var range = 0..<0
  private let terms: UnsafeBufferPointer<SparseQuery.Term>
  private let states: UnsafeMutablePointer<TermState>
  private let offsetBuffer: UnsafeMutablePointer<UInt32>
  private let codeBuffer: UnsafeMutablePointer<UInt8>

  private struct TermState {
    /// Nil for lists whose block codes are stored: nothing of them is read ahead.
    let reading: UnsafeMutablePointer<Reading>?
    /// Where a list's decoded postings lie in the two buffers, and how many there are.
    let start: Int
    let capacity: Int
    var count = 0
    /// Whether the list is deferred in this window.
    var isLookedUp = false
    /// The block codes from the window's first point on.
    var blockCodes: UnsafeRawPointer?
  }

  private struct Reading {
    var cursor: PostingCursor
    /// For deferred lists: where looking up has got to; `cursor` stays at the window's start.
    var probe: PostingCursor
    var probedOffset = 0
  }

  /// The memory that a window of the terms' lists takes, in bytes.
  static func byteCount(of terms: UnsafeBufferPointer<SparseQuery.Term>) -> Int {
    terms.reduce(0) { sum, term in
      let stateByteCount = MemoryLayout<TermState>.stride + MemoryLayout<Reading>.stride
      return sum + stateByteCount + capacity(term.list) * (term.list.hasBlockCodes ? 1 : 5)
    }
  }

  private static func capacity(_ list: PostingList) -> Int {
    if list.blockCodes != nil { return 0 }
    let windowCount = min(list.pointCount, pointCount)
    let capacity =
      list.hasBlockCodes
      ? PostingCursor.spreadByteCount(of: list, windowPointCount: windowCount)
      : min(list.count, windowCount)
    // Each begins a cache line.
    return (capacity + 63) & ~63
  }

  /// - Parameter decodesPostings: whether there must be room for those of lists without block codes;
  ///   else all of them are deferred in every window.
  init(_ query: borrowing SparseQuery, decodesPostings: Bool = true) {
    let arena = query.arena
    terms = query.terms
    states = arena.allocate(count: terms.count)
    var postings = 0
    var codes = 0
    for (index, term) in terms.enumerated() {
      let isDecoded = !term.list.hasBlockCodes
      let capacity = isDecoded && !decodesPostings ? 0 : Self.capacity(term.list)
      var reading: UnsafeMutablePointer<Reading>?
      if term.list.blockCodes == nil {
        let cursor = PostingCursor(term.list)
        reading = arena.allocate(count: 1)
        reading?.initialize(to: Reading(cursor: cursor, probe: cursor))
      }
      // Decoded postings need both buffers; block codes only the second.
      (states + index).initialize(
        to: TermState(reading: reading, start: codes, capacity: capacity))
      codes += capacity
      if isDecoded { postings = codes }
    }
    offsetBuffer = arena.allocate(count: postings)
    codeBuffer = arena.allocate(count: codes)
  }

  /// Moves on to `range`, which follows the previous one; what lies between is skipped.
  /// - Parameter deferred: terms of gap lists that are not decoded, only looked up.
  mutating func advance(to range: Range<Int>, deferring deferred: UnsafeBufferPointer<Int>) {
    // Not states[index].cursor.skip(): Swift 6.3 emits a broken module of that under the thread
    // sanitizer.
    for index in terms.indices { states[index].isLookedUp = false }
    for index in deferred {
      let state = states + index
      guard let reading = state.pointee.reading else { continue }
      state.pointee.isLookedUp = true
      reading.pointee.cursor.skip(to: range.lowerBound)
      reading.pointee.probe = reading.pointee.cursor
      reading.pointee.probedOffset = range.lowerBound
    }
    for index in terms.indices where !states[index].isLookedUp {
      let state = states + index
      guard let reading = state.pointee.reading else {
        // A byte holds two points.
        state.pointee.blockCodes = terms[index].list.blockCodes.map { $0 + range.lowerBound / 2 }
        continue
      }
      if terms[index].list.hasBlockCodes {
        state.pointee.blockCodes = reading.pointee.cursor.blockCodes(
          from: range.lowerBound, to: range.upperBound, buffer: codes(of: index))
      } else {
        reading.pointee.cursor.skip(to: range.lowerBound)
        state.pointee.count = reading.pointee.cursor.decode(
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
    if state.pointee.isLookedUp { return state.pointee.reading.flatMap { lookUp(offset, in: $0) } }
    let offsets = offsetBuffer + state.pointee.start
    let wanted = UInt32(truncatingIfNeeded: offset)
    let count = state.pointee.count
    let index = lowerBound(in: 0..<count) { offsets[$0] < wanted }
    return index < count && offsets[index] == wanted
      ? codeBuffer[state.pointee.start &+ index] : nil
  }

  /// Looks a point up in a deferred list: quickly where the offsets of successive calls ascend.
  private func lookUp(_ offset: Int, in reading: UnsafeMutablePointer<Reading>) -> UInt8? {
    if offset < reading.pointee.probedOffset { reading.pointee.probe = reading.pointee.cursor }
    reading.pointee.probedOffset = offset
    return reading.pointee.probe.code(at: offset)
  }
}

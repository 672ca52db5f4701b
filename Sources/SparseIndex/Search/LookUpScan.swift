/// Scores a few points of a segment: looks each of them up in the lists of the query, term after term, so
/// that the products of a point are added in the order of the dimensions. For exact codes.
enum LookUpScan {
  /// Points that are looked up in one list after the other.
  private static let batchCount = 256

  /// Whether this is sooner done than reading so many points' vectors. Counted in ratings of a vector, each
  /// of which takes about as long as looking up one block code.
  static func isWorthwhile(_ query: borrowing SparseQuery, pointCount: Int) -> Bool {
    let sections = query.sections
    guard sections.postings.codebook.isExact, query.hasProducts else { return false }
    let meanCount = sections.postings.postingCount / max(1, sections.vectors.vectorCount)
    // A vector has to be found before it is read.
    let vectors = pointCount.multipliedReportingOverflow(by: meanCount + 16)
    var lookUps = 0
    for term in query.terms {
      let list = term.list
      if list.blockCodes != nil {
        lookUps &+= pointCount
      } else if list.hasBlockCodes {
        // Its windows are spread first.
        lookUps &+= pointCount &+ list.pointCount / 32
      } else {
        lookUps &+= 4 &* pointCount &+ list.count / 32
      }
    }
    return vectors.overflow || lookUps < vectors.partialValue
  }

  static func scan(
    _ query: borrowing SparseQuery, _ allowed: PointMask,
    _ segment: (index: Int, segment: Segment), _ context: ReadContext, _ topK: inout TopK
  ) {
    let arena = query.arena
    let terms = query.terms
    let pointCount = allowed.count
    let deferred = arena.allocate(Int.self, count: terms.count)
    var deferredCount = 0
    for index in terms.indices where !terms[index].list.hasBlockCodes {
      deferred[deferredCount] = index
      deferredCount += 1
    }
    var window = SearchWindow(query, decodesPostings: false)
    let batch = Batch(in: arena)
    var meter = WorkMeter(context)
    if context.isOver { return }
    for start in stride(from: 0, to: pointCount, by: SearchWindow.pointCount) {
      let range = start..<min(start + SearchWindow.pointCount, pointCount)
      var next = start
      while !meter.isOver() {
        let count = batch.take(from: allowed, at: &next, below: range.upperBound)
        if count == 0 { break }
        if meter.isOver(after: count * terms.count) { return }
        if window.range.lowerBound != start || window.range.isEmpty {
          window.advance(
            to: range, deferring: UnsafeBufferPointer(start: deferred, count: deferredCount))
        }
        batch.sum(count, in: window, of: query)
        batch.insert(count, of: query, segment, &topK)
      }
    }
  }

  /// Points that are looked up together, ascending.
  private struct Batch {
    private let offsets: UnsafeMutablePointer<UInt32>
    private let sums: UnsafeMutablePointer<Double>
    /// How many dimensions each of them shares.
    private let counts: UnsafeMutablePointer<UInt32>

    init(in arena: SearchArena) {
      offsets = arena.allocate(count: LookUpScan.batchCount)
      sums = arena.allocate(count: LookUpScan.batchCount)
      counts = arena.allocate(count: LookUpScan.batchCount)
    }

    /// Takes the next members of a set from `next` on, and moves that on.
    /// - Returns: how many; 0 when there are no more.
    func take(from allowed: PointMask, at next: inout Int, below limit: Int) -> Int {
      allowed.words.withUnsafeBufferPointer { words in
        var count = 0
        while next < limit {
          var word = words[next >> 6] & (.max &<< UInt64(next & 63))
          while word != 0, count < LookUpScan.batchCount {
            let offset = next & ~63 | word.trailingZeroBitCount
            offsets[count] = UInt32(truncatingIfNeeded: offset)
            count &+= 1
            word &= word &- 1
          }
          // Members that are left in the word come next time.
          if word != 0 {
            next = next & ~63 | word.trailingZeroBitCount
            return count
          }
          next = (next | 63) &+ 1
        }
        return count
      }
    }

    func sum(_ count: Int, in window: borrowing SearchWindow, of query: borrowing SparseQuery) {
      sums.initialize(repeating: 0, count: count)
      counts.initialize(repeating: 0, count: count)
      let base = window.range.lowerBound
      for term in query.terms.indices {
        let products = query.products + term * query.codeStride
        if let blockCodes = window.blockCodes(of: term) {
          // From one before on, they are those of block codes.
          let products = products - 1
          for index in 0..<count {
            let code = Int(BlockCodes.code(at: Int(offsets[index]) &- base, in: blockCodes))
            sums[index] += code == 0 ? 0 : products[code]
            counts[index] &+= code == 0 ? 0 : 1
          }
        } else {
          for index in 0..<count {
            guard let code = window.code(of: term, at: Int(offsets[index])) else { continue }
            sums[index] += products[Int(code)]
            counts[index] &+= 1
          }
        }
      }
    }

    func insert(
      _ count: Int, of query: borrowing SparseQuery, _ segment: (index: Int, segment: Segment),
      _ topK: inout TopK
    ) {
      for index in 0..<count where counts[index] > 0 {
        let offset = Int(offsets[index])
        topK.insert(
          score: query.score(
            sum: sums[index], sharedCount: Int(counts[index]), at: offset),
          segment: segment.index, offset: offset, id: segment.segment.id(at: offset))
      }
    }
  }
}

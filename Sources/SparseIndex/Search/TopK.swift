/// A point that answers a search, and where it lies.
package struct Hit: Equatable, Sendable {
  // In this order, and so wide, a hit takes 32 bytes: heaps move them about.
  package let id: PointID
  package var score: Float
  private let storedOffset: UInt32
  private let storedSegment: UInt32

  /// Which of the view's segments.
  package var segment: Int { Int(storedSegment) }
  /// The point's offset in it.
  package var offset: Int { Int(storedOffset) }

  package init(score: Float, id: PointID, segment: Int, offset: Int) {
    assert(segment >= 0 && segment <= Int(UInt32.max) && offset >= 0 && offset <= Int(UInt32.max))
    self.score = score
    self.id = id
    storedOffset = UInt32(truncatingIfNeeded: offset)
    storedSegment = UInt32(truncatingIfNeeded: segment)
  }

  /// The order of answers: the higher score first, among equals the higher id.
  @inline(__always)
  package static func precedes(_ left: Hit, _ right: Hit) -> Bool {
    left.score != right.score ? left.score > right.score : left.id > right.id
  }
}

/// The best hits seen so far, at most `limit`: a binary heap with the worst on top.
package struct TopK {
  package let limit: Int
  /// Only scores above this are hits at all.
  private let floor: Float?
  private var heap: [Hit] = []

  /// - Parameter scoreThreshold: scores must lie above it.
  package init(limit: Int, scoreThreshold: Float? = nil) {
    precondition(limit > 0)
    self.limit = limit
    // Nothing lies above what is not a number.
    floor = scoreThreshold.map { $0.isNaN ? .infinity : $0 }
    heap.reserveCapacity(min(limit, 1024))
  }

  package var count: Int { heap.count }
  package var isFull: Bool { heap.count == limit }

  /// The least score that could still enter; nil when every score could.
  @inline(__always)
  package var leastUseful: Float? {
    if heap.count == limit { return heap[0].score }
    return floor?.nextUp
  }

  /// Whether a hit of this score would enter if its id were high enough.
  @inline(__always)
  package func wouldEnter(_ score: Float) -> Bool {
    if let floor, !(score > floor) { return false }
    return heap.count < limit || score >= heap[0].score
  }

  /// - Parameter id: the point's id, asked for only where the score may enter.
  @inline(__always)
  package mutating func insert(
    score: Float, segment: Int, offset: Int, id: @autoclosure () -> PointID
  ) {
    guard wouldEnter(score) else { return }
    insert(Hit(score: score, id: id(), segment: segment, offset: offset))
  }

  package mutating func insert(_ hit: Hit) {
    guard wouldEnter(hit.score) else { return }
    if heap.count < limit {
      heap.append(hit)
      siftUp(heap.count - 1)
    } else if Hit.precedes(hit, heap[0]) {
      heap[0] = hit
      siftDown(0, below: limit)
    }
  }

  package mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

  /// The hits, best first.
  package consuming func finish() -> [Hit] {
    for last in heap.indices.dropFirst().reversed() {
      heap.swapAt(0, last)
      siftDown(0, below: last)
    }
    return heap
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard Hit.precedes(heap[parent], heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  /// - Parameter end: where the heap ends.
  private mutating func siftDown(_ start: Int, below end: Int) {
    heap.withUnsafeMutableBufferPointer { heap in
      let hit = heap[start]
      var parent = start
      while true {
        var worst = 2 &* parent &+ 1
        guard worst < end else { break }
        if worst &+ 1 < end, Hit.precedes(heap[worst], heap[worst &+ 1]) { worst &+= 1 }
        guard Hit.precedes(hit, heap[worst]) else { break }
        heap[parent] = heap[worst]
        parent = worst
      }
      heap[parent] = hit
    }
  }
}

import SparseIndex
import StorageIO

/// One segment of a collection as the store keeps it: a **run** in memory, part of the memtable, or
/// a segment file.
///
/// Invariant: a point id is live in at most one segment of a collection.
struct StoredSegment: Sendable {
  enum Origin: Sendable, Equatable {
    /// `isSealed` when a flush is writing it to a file, so that nothing else merges it.
    case memory(isSealed: Bool)
    /// Named `segments/<number>.segment`.
    case file(tailChecksum: UInt32)
  }

  /// Never used twice within a store.
  let number: UInt64
  var origin: Origin
  var live: LiveSegment

  /// - Precondition: the segment has points.
  init(number: UInt64, origin: Origin, live: LiveSegment) {
    precondition(live.segment.pointCount > 0)
    self.number = number
    self.origin = origin
    self.live = live
  }

  var isRun: Bool { if case .memory = origin { true } else { false } }
  var isSealed: Bool { origin == .memory(isSealed: true) }
  var byteCount: Int { live.segment.byteCount }
  /// From the smallest id to the largest, deleted points included.
  var idRange: ClosedRange<PointID> {
    live.segment.id(at: 0)...live.segment.id(at: live.segment.pointCount - 1)
  }

  /// Marks the points with these ids as deleted.
  /// - Parameter ids: ascending, unique.
  /// - Returns: whether there was any.
  @discardableResult
  mutating func delete(_ ids: [PointID]) -> Bool {
    guard let first = ids.first, let last = ids.last else { return false }
    let idRange = idRange
    guard first <= idRange.upperBound, last >= idRange.lowerBound else { return false }
    var found = false
    for id in ids where idRange.contains(id) {
      guard let offset = live.segment.offset(of: id) else { continue }
      found = true
      markDeleted(offset)
    }
    return found
  }

  /// Carries deletions over to this segment, which was made from `inputs`.
  ///
  /// - Parameter current: the same segments as they are now; those that are gone have no live point.
  mutating func delete(pointsDeletedSince inputs: [StoredSegment], now current: [StoredSegment]) {
    for input in inputs {
      let now = current.first { $0.number == input.number }
      let segment = input.live.segment
      var lost =
        now.map { $0.live.deleted ?? PointMask(count: segment.pointCount) }
        ?? PointMask(count: segment.pointCount, filled: true)
      if let before = input.live.deleted { lost.subtract(before) }
      lost.forEach { offset in
        if let offset = live.segment.offset(of: segment.id(at: offset)) { markDeleted(offset) }
      }
    }
  }

  private mutating func markDeleted(_ offset: Int) {
    if live.deleted == nil { live.deleted = PointMask(count: live.segment.pointCount) }
    live.deleted![offset] = true
  }
}

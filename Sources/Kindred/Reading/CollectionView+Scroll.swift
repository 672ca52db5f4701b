import SparseIndex

extension CollectionView {
  /// Points in the order of their ids, from `start` on (inclusive).
  /// - Returns: up to `limit` records, and the id where the next page starts.
  public func scroll(
    from start: PointID? = nil, limit: Int = 10, filter: Filter? = nil,
    payload: PayloadSelector = .all, vectors: VectorSelector = .none
  ) throws(StoreError) -> (records: [Record], next: PointID?) {
    try validate(filter)
    let names = try vectorNames(vectors)
    let payload = try PayloadParts(payload, for: context)
    var cursors = segments.map { ScrollCursor($0, filter: filter, self, from: start) }
    var meter = WorkMeter(context)
    var records: [Record] = []
    var next: PointID?
    while !meter.isOver(after: 32 + cursors.count), context.end == nil,
      let index = cursors.leastIndex
    {
      let place = Place(segment: index, offset: cursors[index].offset!)
      if records.count == limit {
        next = segments[index].segment.id(at: place.offset)
        break
      }
      records.append(record(at: place, payload: payload, vectorNames: names))
      cursors[index].advance()
    }
    try checkContext()
    return (records, next)
  }
}

/// Walks the allowed points of one segment in id order.
private struct ScrollCursor {
  private let live: LiveSegment
  private let allowed: PointMask?
  /// The offset of the present point; nil at the end.
  private(set) var offset: Int?
  private(set) var id: PointID?

  init(
    _ live: LiveSegment, filter: Filter?, _ view: CollectionView, from start: PointID?
  ) {
    self.live = live
    allowed = live.allowed(by: filter, view.semantics, for: view.context)
    move(to: start.map { live.segment.firstOffset(notBelow: $0) } ?? 0)
  }

  mutating func advance() {
    if let offset { move(to: offset + 1) }
  }

  private mutating func move(to start: Int) {
    let end = live.segment.pointCount
    offset = allowed.map { $0.firstMember(from: start) } ?? (start < end ? start : nil)
    id = offset.map { live.segment.id(at: $0) }
  }
}

extension [ScrollCursor] {
  /// The cursor with the lowest id; nil when all are at their end.
  fileprivate var leastIndex: Int? {
    var least: (index: Int, id: PointID)?
    for (index, cursor) in enumerated() {
      guard let id = cursor.id else { continue }
      if least.map({ id < $0.id }) ?? true { least = (index, id) }
    }
    return least?.index
  }
}

internal import JSONCodec
internal import Kindred
internal import SparseIndex
internal import StorageIO

extension FuzzTarget {
  /// A segment that opens can be audited, and if its structure is right, read in every way.
  static let segment = FuzzTarget("segment") { bytes in
    both(bytes, Resealing.segment) { bytes in
      let identity = bytes.count >= 24 ? bytes.load(at: 16, as: UInt64.self) : 0
      guard let segment = try? Segment(bytes, path: "segment", collection: identity),
        (try? SegmentAudit(LiveSegment(segment), configuration: configuration, path: "segment"))
          != nil
      else { return }
      read(segment)
    }
  }

  private static let configuration = PointGenerator.configuration

  private static func read(_ segment: Segment) {
    for offset in 0..<segment.pointCount {
      let point = segment.point(at: offset)
      precondition(segment.offset(of: point.id) == offset, "an id that is not found")
    }
    let view = CollectionView(
      name: "c", identity: 1, configuration: configuration,
      segments: [LiveSegment(segment)], sequenceNumber: 1)
    let query = SparseVector(
      ascending: Array(0..<50), weights: (0..<50).map { Float($0 % 7) - 3 })
    let age = Filter(must: [.field(key: JSONPath(first: "age"), .range(NumberRange(lt: 40)))])
    let tag = Filter(
      must: [.field(key: JSONPath(first: "tags"), .matchValue(.string("t1")))])
    for filter in [nil, age, tag] {
      _ = try? view.search(
        .init(vector: .sparse(query), using: "ratings", filter: filter, limit: 5))
      _ = try? view.search(
        .init(vector: .dense([1, 2, 3]), using: "dense", filter: filter, limit: 5))
      _ = try? view.count(filter)
    }
    var sink = MemorySink()
    try? SegmentMerger.merge(
      [LiveSegment(segment)], configuration: configuration, collection: 1, into: &sink)
  }
}

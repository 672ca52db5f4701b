package import JSONCodec
package import StorageIO

/// An immutable set of points with everything needed to search them: ids, posting lists, vectors,
/// payload columns, statistics. The bytes lie in a mapped file or on the heap; the reader does not
/// care.
///
/// Points are sorted by id, and a point's **offset** is its rank: offset order is id order.
package final class Segment: FilterScope, Sendable {
  package let pointCount: Int
  /// Size of the image.
  package let byteCount: Int
  /// The shares of vectors with their posting lists, and of payloads with their indexes.
  package let vectorByteCount: Int
  package let payloadByteCount: Int
  package let payload: PayloadSection
  /// Nil when the collection had no payload indexes as the segment was made.
  package let payloadIndexes: PayloadIndexSection?
  private let ids: PointIDs
  private let image: SharedBytes
  package let sparseSections: [ByteString: SparseSections]
  let denseSections: [ByteString: DenseSections]

  /// Checks magic, version, identity, lengths and checksums and opens the image.
  /// - Parameters:
  ///   - path: for error messages.
  ///   - collection: the identity that the image must carry.
  ///   - verifying: whether to check the checksum of every section now (reads the whole image).
  package init(
    _ bytes: SharedBytes, path: String, collection: UInt64, verifying: Bool = true
  ) throws(StorageError) {
    let directory = try SegmentDirectory(bytes, path: path, collection: collection)
    if verifying { try directory.verify() }
    pointCount = directory.pointCount
    byteCount = bytes.count
    image = bytes
    let idSection = try directory.section(.ids)
    ids = try PointIDs(
      idSection.bytes, pointCount: pointCount, path: path, position: idSection.position)
    let payloadSection = try directory.section(.payload)
    payload = try PayloadSection(
      payloadSection.bytes, pointCount: pointCount, path: path,
      baseOffset: payloadSection.position)
    let indexSection = directory.optionalSection(.payloadIndexes)
    payloadByteCount = payloadSection.bytes.count + (indexSection?.bytes.count ?? 0)
    vectorByteCount = byteCount - idSection.bytes.count - payloadByteCount
    if let section = indexSection {
      payloadIndexes = try PayloadIndexSection(
        section.bytes, payload: payload, path: path, baseOffset: section.position)
    } else {
      payloadIndexes = nil
    }
    var sparseSections: [ByteString: SparseSections] = [:]
    var denseSections: [ByteString: DenseSections] = [:]
    for (index, field) in try directory.fields().enumerated() {
      switch field.kind {
      case .sparse:
        let lists = try directory.section(.postings, field: index)
        let postings = try PostingsReader(
          lists.bytes, pointCount: pointCount, path: path, position: lists.position)
        let vectors = try directory.section(.sparseVectors, field: index)
        sparseSections[field.name] = SparseSections(
          postings: postings,
          vectors: try SparseVectorsReader(
            vectors.bytes, postings: postings, path: path, position: vectors.position))
      case .dense:
        let vectors = try directory.section(.denseVectors, field: index)
        denseSections[field.name] = try DenseSections(
          vectors.bytes, pointCount: pointCount, path: path, position: vectors.position)
      }
    }
    self.sparseSections = sparseSections
    self.denseSections = denseSections
  }

  /// Compares every checksum of an image with its bytes, and reads no more of it.
  package static func verify(
    _ bytes: SharedBytes, path: String, collection: UInt64
  ) throws(StorageError) {
    try SegmentDirectory(bytes, path: path, collection: collection).verify()
  }

  /// Lets go of the memory that reading the mapped file has taken.
  package func releasePages() { image.releasePages() }

  package func offset(of id: PointID) -> Int? { ids.offset(of: id) }

  package func id(at offset: Int) -> PointID { ids[offset] }

  /// The least offset whose id is not below `id`; `pointCount` when all are.
  package func firstOffset(notBelow id: PointID) -> Int { ids.firstOffset(notBelow: id) }

  package func sparseSections(_ name: String) -> SparseSections? { sparseSections[name] }

  package func denseSections(_ name: String) -> DenseSections? { denseSections[name] }

  /// The vector of that name of the point at `offset`.
  package func vector(_ name: String, at offset: Int) -> VectorValue? {
    if let field = sparseSections[name] {
      return field.vectors.vector(at: offset).map { .sparse($0) }
    }
    return denseSections[name]?.vector(at: offset)
  }

  /// Points that have a vector of that name; nil when none can.
  package func vectorMask(named name: String) -> PointMask? {
    sparseSections[name]?.vectors.presence ?? denseSections[name]?.presence
  }

  /// The whole point.
  package func point(at offset: Int) -> Point {
    var point = Point(id: ids[offset], payload: payload.payload(at: offset))
    for name in sparseSections.keys { point.vectors[name] = vector(name.text, at: offset) }
    for name in denseSections.keys { point.vectors[name] = vector(name.text, at: offset) }
    return point
  }
}

/// A segment and which of its points have been deleted or replaced since it was made.
package struct LiveSegment: Sendable {
  package let segment: Segment
  /// Nil when every point is live.
  package var deleted: PointMask?

  package init(_ segment: Segment, deleted: PointMask? = nil) {
    self.segment = segment
    self.deleted = deleted
  }

  package var livePointCount: Int { segment.pointCount - (deleted?.memberCount ?? 0) }

  /// How many live points have a vector of that name.
  package func vectorCount(named name: String) -> Int {
    guard var having = segment.vectorMask(named: name) else { return 0 }
    if let deleted { having.subtract(deleted) }
    return having.memberCount
  }

  package func isLive(_ offset: Int) -> Bool { !(deleted?[offset] ?? false) }

  /// The live points that pass the filter; nil when those are all.
  package func allowed(
    by filter: Filter?, _ semantics: FilterSemantics, for context: ReadContext = .unlimited
  ) -> PointMask? {
    var live = deleted
    live?.invert()
    guard let filter, !filter.isUnconstrained else { return live }
    return FilterEvaluator(segment, semantics: semantics, for: context)
      .evaluate(filter, among: live)
  }
}

package import StorageIO

/// An immutable set of points with everything needed to search them: ids, posting lists, vectors,
/// payload columns, statistics. The bytes lie in a mapped file or on the heap; the reader does not
/// care.
///
/// Points are sorted by id, and a point's **offset** is its rank: offset order is id order.
package final class Segment: Sendable {
  package let pointCount: Int
  /// Size of the image.
  package let byteCount: Int

  /// Checks magic, version, identity, lengths and checksums and opens the image.
  /// - Parameters:
  ///   - path: for error messages.
  ///   - collection: the identity that the image must carry.
  ///   - verifying: whether to check the checksum of every section now (reads the whole image).
  package init(
    _ bytes: SharedBytes, path: String, collection: UInt64, verifying: Bool = true
  ) throws(StorageError) {
    preconditionFailure("stub")
  }

  package func offset(of id: PointID) -> Int? { preconditionFailure("stub") }
  package func id(at offset: Int) -> PointID { preconditionFailure("stub") }
  /// The whole point.
  package func point(at offset: Int) -> Point { preconditionFailure("stub") }
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
}

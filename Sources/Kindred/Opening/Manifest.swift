import SparseIndex

/// The live contents of a data directory, as of a sequence number. See `docs/formats/manifest.md`.
package struct Manifest: Equatable, Sendable {
  package struct Segment: Equatable, Sendable {
    package var number: UInt64
    package var byteCount: Int
    package var pointCount: Int
    /// CRC-32C of the file's last bytes, `ManifestFormat.tailByteCount` of them.
    package var tailChecksum: UInt32
    /// Nil when every point is live.
    package var deleted: PointMask?

    package init(
      number: UInt64, byteCount: Int, pointCount: Int, tailChecksum: UInt32,
      deleted: PointMask? = nil
    ) {
      self.number = number
      self.byteCount = byteCount
      self.pointCount = pointCount
      self.tailChecksum = tailChecksum
      self.deleted = deleted
    }
  }

  package struct Collection: Equatable, Sendable {
    package var identity: UInt64
    package var name: String
    package var configuration: CollectionConfiguration
    package var segments: [Segment]

    package init(
      identity: UInt64, name: String, configuration: CollectionConfiguration,
      segments: [Segment] = []
    ) {
      self.identity = identity
      self.name = name
      self.configuration = configuration
      self.segments = segments
    }
  }

  package var storeIdentity: UInt64
  /// Everything up to here is in the segments.
  package var flushedSequenceNumber: UInt64 = 0
  /// Replay begins with this file.
  package var firstLogNumber: UInt64 = 1
  package var nextSegmentNumber: UInt64 = 1
  package var nextCollectionIdentity: UInt64 = 1
  /// Alias → collection name.
  package var aliases: [ByteString: ByteString] = [:]
  /// Ascending by identity.
  package var collections: [Collection] = []

  package init(storeIdentity: UInt64) { self.storeIdentity = storeIdentity }

  package var segmentNumbers: Set<UInt64> {
    Set(collections.flatMap { $0.segments.map(\.number) })
  }
}

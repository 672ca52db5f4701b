import SparseIndex
import StorageIO

/// Segments that live in memory: the runs of the memtable.
enum MemorySegment {
  /// - Parameter points: sorted by id, ids unique, at least one.
  static func build(
    _ points: [Point], configuration: CollectionConfiguration, collection: UInt64
  ) throws(StorageError) -> Segment {
    var sink = MemorySink()
    try SegmentBuilder.build(
      points, configuration: configuration, collection: collection, into: &sink)
    return try open(sink, collection: collection)
  }

  /// - Precondition: some point of `inputs` is live.
  static func merge(
    _ inputs: [LiveSegment], configuration: CollectionConfiguration, collection: UInt64
  ) throws(StorageError) -> Segment {
    var sink = MemorySink()
    try SegmentMerger.merge(
      inputs, configuration: configuration, collection: collection, into: &sink)
    return try open(sink, collection: collection)
  }

  private static func open(
    _ sink: MemorySink, collection: UInt64
  ) throws(StorageError) -> Segment {
    try Segment(
      SharedBytes(sink.bytes), path: "memory", collection: collection, checksums: .areKnown)
  }
}

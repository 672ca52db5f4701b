package import StorageIO

/// Makes a segment image of points.
package enum SegmentBuilder {
  /// - Parameter points: sorted by id, ids unique, vectors as the configuration has them.
  package static func build(
    _ points: [Point], configuration: CollectionConfiguration, collection: UInt64,
    into sink: inout some ByteSink
  ) throws(StorageError) {
    preconditionFailure("stub")
  }
}

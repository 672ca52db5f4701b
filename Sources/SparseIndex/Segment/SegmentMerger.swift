package import StorageIO

/// Makes one segment of several, leaving out deleted points and vectors whose names the
/// configuration no longer has.
package enum SegmentMerger {
  /// - Precondition: no point id is live in two of the inputs.
  package static func merge(
    _ inputs: [LiveSegment], configuration: CollectionConfiguration, collection: UInt64,
    into sink: inout some ByteSink
  ) throws(StorageError) {
    preconditionFailure("stub")
  }
}

package import StorageIO

/// Makes one segment of several, leaving out deleted points and vectors whose names the
/// configuration no longer has.
///
/// Sections are made piece by piece from the inputs: however large these are, memory holds some bytes
/// for each point, for each dimension and for each distinct string of one payload key, and a piece.
package enum SegmentMerger {
  /// - Precondition: no point id is live in two of the inputs.
  package static func merge(
    _ inputs: [LiveSegment], configuration: CollectionConfiguration, collection: UInt64,
    into sink: inout some ByteSink
  ) throws(StorageError) {
    // Inputs that do not overlap then follow each other, and so do the postings of each list.
    let inputs = inputs.filter { $0.livePointCount > 0 }
      .sorted { $0.segment.id(at: 0) < $1.segment.id(at: 0) }
    let order = MergeOrder(inputs)
    let sources = order.sources
    var writer = try SegmentWriter(collection: collection, pointCount: sources.count, into: &sink)
    let namedVectors = configuration.namedVectors
    try writer.append(.names, SegmentDirectory.encode(namedVectors), into: &sink)
    try writer.append(
      .ids,
      PointIDs.encode(
        sources.lazy.map { inputs[Int($0.input)].segment.id(at: Int($0.offset)) }),
      into: &sink)
    let segments = inputs.map(\.segment)
    let payload = try PayloadSectionMerger(segments.map(\.payload), sources: sources)
    try writer.begin(.payload, into: &sink)
    try payload.write { (bytes) throws(StorageError) in try writer.write(bytes, into: &sink) }
    if !configuration.payloadIndexes.isEmpty {
      let indexes = try PayloadIndexMerger(
        segments, order: order, payload: payload, indexes: configuration.payloadIndexes)
      try writer.begin(.payloadIndexes, into: &sink)
      try indexes.write { (bytes) throws(StorageError) in try writer.write(bytes, into: &sink) }
    }
    for (index, named) in namedVectors.enumerated() {
      switch named.kind {
      case .sparse:
        let merger = SparseSectionsMerger(
          segments.map { $0.sparseSections(named.name) }, order: order)
        try writer.begin(.postings, vectorIndex: index, into: &sink)
        let ranks = try merger.mergePostings { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
        try writer.begin(.sparseVectors, vectorIndex: index, into: &sink)
        try merger.mergeVectors(ranks: ranks) { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
      case .dense:
        let parameters = configuration.denseVectors[named.name]!
        try writer.begin(.denseVectors, vectorIndex: index, into: &sink)
        try DenseSections.merge(
          segments.map { $0.denseSections(named.name) }, sources: sources, size: parameters.size,
          isMultivector: parameters.isMultivector
        ) { (bytes) throws(StorageError) in try writer.write(bytes, into: &sink) }
      }
    }
    try writer.finish(into: &sink)
  }
}

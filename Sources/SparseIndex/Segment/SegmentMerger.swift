package import StorageIO

/// Makes one segment of several, leaving out deleted points and vectors whose names the
/// configuration no longer has.
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
    let fields = configuration.namedVectors
    try writer.append(.names, SegmentDirectory.encode(fields), into: &sink)
    try writer.append(
      .ids,
      PointIDs.encode(
        sources.lazy.map { inputs[Int($0.input)].segment.id(at: Int($0.offset)) }),
      into: &sink)
    let payload = PayloadSectionMerger.merge(
      inputs.map(\.segment.payload),
      order: sources.map { .init(input: Int($0.input), offset: Int($0.offset)) })
    try writer.append(payload: payload, indexes: configuration.payloadIndexes, into: &sink)
    for (index, field) in fields.enumerated() {
      switch field.kind {
      case .sparse:
        let merger = SparseSectionsMerger(
          inputs.map { $0.segment.sparseSections(field.name) }, order: order)
        try writer.begin(.postings, field: index, into: &sink)
        let ranks = try merger.mergePostings { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
        try writer.begin(.sparseVectors, field: index, into: &sink)
        try merger.mergeVectors(ranks: ranks) { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
      case .dense:
        let parameters = configuration.denseVectors[field.name]!
        let section = DenseSections.build(
          sources.map {
            inputs[Int($0.input)].segment.denseSections(field.name)?.vector(at: Int($0.offset))
          },
          size: parameters.size, isMultivector: parameters.isMultivector)
        try writer.append(.denseVectors, field: index, section, into: &sink)
      }
    }
    try writer.finish(into: &sink)
  }
}

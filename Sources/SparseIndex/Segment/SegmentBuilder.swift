internal import JSONCodec
package import StorageIO

/// Makes a segment image of points.
package enum SegmentBuilder {
  /// - Parameter points: sorted by id, ids unique, vectors as the configuration has them.
  package static func build(
    _ points: [Point], configuration: CollectionConfiguration, collection: UInt64,
    into sink: inout some ByteSink
  ) throws(StorageError) {
    for index in points.indices.dropFirst() {
      precondition(points[index - 1].id < points[index].id, "points must ascend by id")
    }
    var writer = try SegmentWriter(collection: collection, pointCount: points.count, into: &sink)
    let namedVectors = configuration.namedVectors
    try writer.append(.names, SegmentDirectory.encode(namedVectors), into: &sink)
    try writer.append(.ids, PointIDs.encode(points.lazy.map(\.id)), into: &sink)
    try appendPayloads(of: points, indexes: configuration.payloadIndexes, to: &writer, &sink)
    for (index, named) in namedVectors.enumerated() {
      switch named.kind {
      case .sparse:
        let sections = SparseSectionsBuilder.build(
          points.map { point -> SparseVector? in
            if case .sparse(let vector)? = point.vectors[named.name] { vector } else { nil }
          })
        try writer.begin(.postings, vectorIndex: index, into: &sink)
        try sections.postings.finish { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
        try writer.begin(.sparseVectors, vectorIndex: index, into: &sink)
        try sections.vectors.finish { (bytes) throws(StorageError) in
          try writer.write(bytes, into: &sink)
        }
      case .dense:
        let parameters = configuration.denseVectors[named.name]!
        let section = DenseSections.build(
          points.map { $0.vectors[named.name] }, size: parameters.size,
          isMultivector: parameters.isMultivector)
        try writer.append(.denseVectors, vectorIndex: index, section, into: &sink)
      }
    }
    try writer.finish(into: &sink)
  }

  private static func appendPayloads<Sink: ByteSink>(
    of points: [Point], indexes: [ByteString: PayloadIndexParameters],
    to writer: inout SegmentWriter<Sink>, _ sink: inout Sink
  ) throws(StorageError) {
    var payload = PayloadSectionWriter()
    for point in points { payload.append(point.payload) }
    guard !indexes.isEmpty else {
      try writer.begin(.payload, into: &sink)
      return try payload.finish { (bytes) throws(StorageError) in
        try writer.write(bytes, into: &sink)
      }
    }
    let bytes = payload.finish()
    try writer.append(.payload, bytes, into: &sink)
    let section = try PayloadSection(
      SharedBytes(bytes), pointCount: points.count, path: "payload section", baseOffset: 0)
    try writer.append(
      .payloadIndexes, PayloadIndexWriter.write(section, indexes: indexes), into: &sink)
  }
}

extension CollectionConfiguration {
  /// Sparse names, then dense names, each sorted: the order of a segment's sections. Left out is what
  /// a segment cannot hold: a directory of an older version may have such names, and no vectors.
  var namedVectors: [SegmentDirectory.NamedVector] {
    let namedVectors =
      sparseVectors.keys.sorted().map { SegmentDirectory.NamedVector(name: $0.text, kind: .sparse) }
      + denseVectors.keys.sorted().map { SegmentDirectory.NamedVector(name: $0.text, kind: .dense) }
    let storable = namedVectors.filter { $0.name.utf8.count <= SegmentLimits.vectorNameByteCount }
    return Array(storable.prefix(SegmentLimits.vectorCount))
  }
}

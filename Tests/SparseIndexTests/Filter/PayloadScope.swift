import JSONCodec
import SparseIndex
import StorageIO

/// Points with ids and payloads, as a segment would hold them.
struct PayloadScope: FilterScope {
  let ids: [PointID]
  let payloads: [JSONObject]
  let vectors: [ByteString: PointMask]
  let payload: PayloadSection
  let payloadIndexes: PayloadIndexSection?

  init(
    _ payloads: [JSONObject], vectors: [ByteString: PointMask] = [:],
    indexes: [ByteString: PayloadIndexParameters]? = nil
  ) throws {
    self.payloads = payloads
    self.vectors = vectors
    ids = payloads.indices.map {
      $0 % 5 == 4 ? .uuid(UInt128($0) << 70) : .integer(UInt64($0) * 3)
    }.sorted()
    var writer = PayloadSectionWriter()
    for payload in payloads { writer.append(payload) }
    payload = try PayloadSection(
      SharedBytes(writer.finish()), pointCount: payloads.count, path: "test", baseOffset: 0)
    payloadIndexes = try indexes.map { [payload] in
      try PayloadIndexSection(
        SharedBytes(PayloadIndexWriter.write(payload, indexes: $0)), payload: payload,
        path: "test", baseOffset: 0)
    }
  }

  var pointCount: Int { payloads.count }
  func offset(of id: PointID) -> Int? { ids.firstIndex(of: id) }
  func id(at offset: Int) -> PointID { ids[offset] }
  func vectorMask(named name: String) -> PointMask? { vectors[name] }

  /// Offsets that pass, asked one by one.
  func expected(_ filter: Filter, _ semantics: FilterSemantics) -> [Int] {
    let prepared = PreparedFilter(filter, semantics)
    return payloads.indices.filter { offset in
      prepared.matches(
        payload: payloads[offset], id: ids[offset],
        vectorNames: Set(vectors.filter { $0.value[offset] }.keys))
    }
  }
}

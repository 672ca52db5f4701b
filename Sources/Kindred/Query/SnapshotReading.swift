/// The few ways in which queries read a snapshot: segment by segment, over the points that are live
/// and pass a filter. Nothing here checks the filter: `validate(_:)` has.
extension CollectionSnapshot {
  /// The live points that pass.
  func candidates(in live: LiveSegment, _ filter: Filter?) -> PointMask {
    live.allowed(by: filter, semantics, for: context)
      ?? PointMask(count: live.segment.pointCount, filled: true)
  }

  /// Ids of the points that pass, ascending, up to `limit`.
  func ids(matching filter: Filter?, limit: Int) -> [PointID] {
    var ids: [PointID] = []
    for live in segments {
      var remaining = limit
      candidates(in: live, filter).forEach { offset in
        guard remaining > 0 else { return }
        ids.append(live.segment.id(at: offset))
        remaining -= 1
      }
    }
    if segments.count > 1 { ids.sort() }
    return ids.count > limit ? Array(ids.prefix(limit)) : ids
  }

  /// For each distinct condition the ids among `ids` for which it holds.
  func ids(
    _ ids: [PointID], passing conditions: [Condition]
  ) -> [(condition: Condition, ids: Set<PointID>)] {
    var held: [(condition: Condition, ids: Set<PointID>)] = []
    for condition in conditions where !held.contains(where: { $0.condition == condition }) {
      let filter = Filter(must: [.hasID(ids), condition])
      held.append((condition, Set(self.ids(matching: filter, limit: .max))))
    }
    return held
  }

  /// The best points by a score made of their similarities to the scorer's examples, over every point
  /// that passes and has the vector.
  /// - Parameters:
  ///   - examples: the scorer's, weighted.
  ///   - scoreThreshold: read as the distance reads it, as in Qdrant: where smaller is closer, hits
  ///     count up to the first whose score is not below it.
  func best(
    by scorer: some ExampleScorer, examples: [VectorValue], _ vectors: QueryVectors,
    filter: Filter?, limit: Int, scoreThreshold: Float?
  ) -> [RankedPoint] {
    guard pointCount > 0 else { return [] }
    var topK = TopK(
      limit: min(limit, pointCount),
      scoreThreshold: vectors.isSmallerCloser ? nil : scoreThreshold)
    var row = [Float](repeating: 0, count: examples.count)
    for (index, live) in segments.enumerated() where !context.isOver {
      guard let presence = live.segment.vectorMask(named: vectors.using) else { continue }
      var candidates = candidates(in: live, filter)
      candidates.formIntersection(presence)
      if candidates.isEmpty { continue }
      let similarities = examples.map {
        vectors.similarities(to: $0, in: live.segment, candidates: candidates)
      }
      candidates.forEach(in: context) { offset in
        for example in row.indices { row[example] = similarities[example][offset] }
        topK.insert(
          score: scorer.score(row), segment: index, offset: offset,
          id: live.segment.id(at: offset))
      }
    }
    let hits = topK.finish().map { RankedPoint(id: $0.id, score: $0.score) }
    guard vectors.isSmallerCloser, let scoreThreshold else { return hits }
    return Array(hits.prefix { $0.score < scoreThreshold })
  }

  /// Counts the points that have the sparse vector, and those that have each dimension.
  func inverseDocumentFrequency(
    of dimensions: [UInt32], using: String, within scope: Filter?
  ) -> InverseDocumentFrequency {
    var pointCount = 0
    var frequencies: [UInt32: Int] = [:]
    for live in segments {
      guard let field = live.segment.sparseField(using) else { continue }
      var counted: PointMask?
      if scope != nil || live.deleted != nil {
        counted = candidates(in: live, scope)
        counted?.formIntersection(field.vectors.presence)
      }
      pointCount += counted?.memberCount ?? field.vectors.vectorCount
      for dimension in dimensions {
        frequencies[dimension, default: 0] += SimilarityScan.documentFrequency(
          of: dimension, in: field, candidates: counted)
      }
    }
    return InverseDocumentFrequency(pointCount: pointCount, documentFrequencies: frequencies)
  }
}

extension LiveSegment {
  /// The segment's index of the key, when it has one of that kind: segments made before an index was
  /// created have none.
  func payloadIndex(at key: JSONPath, _ kind: PayloadIndexParameters.Kind) -> PayloadIndex? {
    segment.payloadIndexes?.index(for: key).flatMap { $0.kind == kind ? $0 : nil }
  }

  /// The part of a point's payload in which the key lies.
  func payload(at offset: Int, holding key: JSONPath) -> JSONObject {
    guard let value = segment.payload.value(at: offset, field: key.first) else { return [:] }
    return JSONObject(uniqueMembers: [.init(name: key.first, value: value)])
  }
}

import SparseIndex

/// The few ways in which queries read a view: segment by segment, over the points that are live
/// and pass a filter. Nothing here checks the filter: `validate(_:)` has.
extension CollectionView {
  /// The live points that pass.
  func candidates(in live: LiveSegment, _ filter: Filter?) -> PointMask {
    live.allowed(by: filter, semantics, for: context)
      ?? PointMask(count: live.segment.pointCount, filled: true)
  }

  /// Ids of the points that pass, ascending, up to `limit`.
  func ids(matching filter: Filter?, limit: Int) -> [PointID] {
    var ids: [PointID] = []
    for live in segments {
      let candidates = candidates(in: live, filter)
      let count = min(limit, candidates.memberCount)
      guard context.take(count * MemoryLayout<PointID>.stride) else { return [] }
      ids.reserveCapacity(ids.count + count)
      var meter = WorkMeter(context)
      var next = candidates.firstMember(from: 0)
      for _ in 0..<count {
        guard let offset = next, !meter.isOver(after: 4) else { break }
        ids.append(live.segment.id(at: offset))
        next = candidates.firstMember(from: offset + 1)
      }
    }
    if segments.count > 1 { ids.sort(in: context) { $0 < $1 } }
    return ids.count > limit ? Array(ids.prefix(limit)) : ids
  }

  /// For each condition and each segment the points for which it holds, as far as they are among
  /// `places`.
  func masks(of conditions: [Condition], among places: [Place]) -> [[PointMask]] {
    var among = segments.map { PointMask(count: $0.segment.pointCount) }
    for place in places { among[place.segment][place.offset] = true }
    var masks: [[PointMask]] = []
    for condition in conditions {
      let byteCount = among.reduce(0) { $0 + $1.words.count * 8 }
      guard !context.isOver, context.take(byteCount) else {
        masks.append(among)
        continue
      }
      masks.append(
        zip(segments, among).map { live, mask in
          FilterEvaluator(live.segment, semantics: semantics, for: context)
            .evaluate(Filter(must: [condition]), among: mask)
        })
    }
    return masks
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
    guard pointCount > 0, limit > 0 else { return [] }
    var topK = TopK(
      limit: min(limit, pointCount),
      scoreThreshold: vectors.isSmallerCloser ? nil : scoreThreshold)
    var row = [Float](repeating: 0, count: examples.count)
    let windowCount = Self.windowPointCount(exampleCount: examples.count)
    let byteCount =
      min(windowCount, segments.map(\.segment.pointCount).max() ?? 0) * examples.count
      * MemoryLayout<Float>.stride
    guard context.take(byteCount) else { return [] }
    defer { context.giveBack(byteCount) }
    for (index, live) in segments.enumerated() where !context.isOver {
      guard let presence = live.segment.vectorMask(named: vectors.using) else { continue }
      var candidates = candidates(in: live, filter)
      candidates.formIntersection(presence)
      if candidates.isEmpty { continue }
      for start in stride(from: 0, to: candidates.count, by: windowCount) {
        let window = start..<min(start + windowCount, candidates.count)
        if context.isOver { break }
        guard candidates.memberCount(in: window) > 0 else { continue }
        var similarities: [[Float]] = []
        for example in examples where !context.isOver {
          similarities.append(
            vectors.similarities(
              to: example, in: live.segment, candidates: candidates, window: window))
        }
        guard similarities.count == examples.count else { break }
        candidates.forEach(in: window, for: context, steps: 16 + 4 * examples.count) { offset in
          for example in row.indices { row[example] = similarities[example][offset - start] }
          topK.insert(
            score: scorer.score(row), segment: index, offset: offset,
            id: live.segment.id(at: offset))
        }
      }
    }
    let hits = topK.finish().map { RankedPoint(id: $0.id, score: $0.score) }
    guard vectors.isSmallerCloser, let scoreThreshold else { return hits }
    return Array(hits.prefix { $0.score < scoreThreshold })
  }

  /// Points are compared with all examples a window at a time, so that the similarities take 16 MiB at
  /// most, or 1 KiB an example.
  private static func windowPointCount(exampleCount: Int) -> Int {
    max(256, (4 << 20) / max(1, exampleCount) & ~255)
  }

  /// Counts the points that have the sparse vector, and those that have each dimension.
  func inverseDocumentFrequency(
    of dimensions: [UInt32], using: String, within scope: Filter?
  ) -> InverseDocumentFrequency {
    var pointCount = 0
    var frequencies: [UInt32: Int] = [:]
    for live in segments where !context.isOver {
      guard let sections = live.segment.sparseSections(using) else { continue }
      var counted: PointMask?
      if scope != nil || live.deleted != nil {
        counted = candidates(in: live, scope)
        counted?.formIntersection(sections.vectors.presence)
      }
      pointCount += counted?.memberCount ?? sections.vectors.vectorCount
      var meter = WorkMeter(context)
      for dimension in dimensions {
        if meter.isOver(after: 64) { break }
        frequencies[dimension, default: 0] += SimilarityScan.documentFrequency(
          of: dimension, in: sections, candidates: counted, for: context)
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
    guard let value = segment.payload.value(at: offset, key: key.first) else { return [:] }
    return JSONObject(uniqueMembers: [.init(name: key.first, value: value)])
  }
}

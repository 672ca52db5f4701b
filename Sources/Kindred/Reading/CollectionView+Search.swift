import SparseIndex

extension CollectionView {
  /// The nearest points, best first: for sparse vectors the points that share a dimension with the
  /// query, for dense ones all that have the vector.
  /// - Throws: `.vectorNotFound`, `.invalid` for a vector that does not fit the name.
  public func search(_ request: SearchRequest) throws(StoreError) -> [ScoredPoint] {
    let names = try vectorNames(request.vectors)
    let payload = try PayloadParts(request.payload, for: context)
    let hits = try hits(request)
    var points: [ScoredPoint] = []
    points.reserveCapacity(hits.count)
    if payload.isNone, names == nil {
      // There is nothing to read.
      for hit in hits {
        points.append(ScoredPoint(score: hit.score, record: Record(id: hit.id)))
      }
      context.take(points.first.map { $0.record.byteCount * hits.count } ?? 0)
      try checkContext()
      return points
    }
    for hit in hits where context.end == nil {
      let record = record(
        at: Place(segment: hit.segment, offset: hit.offset), payload: payload, vectorNames: names)
      points.append(ScoredPoint(score: hit.score, record: record))
    }
    try checkContext()
    return points
  }

  /// The same without what the answer shows of the points.
  func hits(_ request: SearchRequest) throws(StoreError) -> [Hit] {
    try checkVectorName(request.using)
    try validate(request.filter)
    guard request.limit > 0 else { throw .invalid("limit: must be 1 or larger") }
    // No more hits than points: a limit of billions must not reserve memory for them.
    let limit = min(request.limit.addingClamped(request.offset), max(1, pointCount))
    let byteCount = try reserveHits(limit, request.filter)
    defer { context.giveBack(byteCount) }
    var hits: [Hit]
    switch (request.vector, configuration.denseVectors[request.using]) {
    case (.sparse(let vector), nil):
      hits = nearest(
        to: vector, using: request.using, similarity: .dot, filter: request.filter, limit: limit,
        scoreThreshold: request.scoreThreshold)
    case (.dense, let parameters?), (.multiDense, let parameters?):
      let query = try DenseQuery(request.vector, parameters)
      hits = denseHits(query, request, limit: limit)
      for index in hits.indices { hits[index].score = query.shown(hits[index].score) }
    case (.sparse, _): throw .invalidQuery(.sparseQueryForDenseVector(request.using))
    default: throw .invalidQuery(.denseQueryForSparseVector(request.using))
    }
    try checkContext()
    if request.offset > 0 { hits.removeFirst(min(request.offset, hits.count)) }
    return hits
  }

  /// Counts the memory of the hits, to be given back; a filter may let fewer than `limit` through.
  func reserveHits(_ limit: Int, _ filter: Filter?) throws(StoreError) -> Int {
    let count = limit < 1 << 16 ? limit : min(limit, try self.count(filter))
    // The heap grows by doubling.
    let byteCount = 2 * count * MemoryLayout<Hit>.stride
    if !context.take(byteCount) { try checkContext() }
    return byteCount
  }

  /// The nearest points by sparse similarity, best first.
  /// - Parameters:
  ///   - map: the weights that stored ones stand for.
  ///   - shrinkage: scores of points that share n dimensions are multiplied by n / (n + this).
  ///   - excluded: points that are left out.
  func nearest(
    to vector: SparseVector, using name: String, similarity: Similarity,
    map: AffineMap = .identity, shrinkage: Double = 0, filter: Filter?, limit: Int,
    scoreThreshold: Float? = nil, excluding excluded: [Place] = []
  ) -> [Hit] {
    var topK = TopK(limit: limit, scoreThreshold: scoreThreshold)
    for index in searchOrder where !context.isOver {
      let live = segments[index]
      guard let sections = live.segment.sparseSections(name) else { continue }
      var allowed = live.allowed(by: filter, semantics, for: context)
      for place in excluded where place.segment == index {
        var mask = allowed ?? PointMask(count: live.segment.pointCount, filled: true)
        mask[place.offset] = false
        allowed = mask
      }
      SparseSearch.search(
        vector, similarity: similarity, map: map, shrinkage: shrinkage, in: sections,
        segment: (index, live.segment), allowed: allowed, for: context, into: &topK)
    }
    return topK.finish()
  }

  private func denseHits(_ query: DenseQuery, _ request: SearchRequest, limit: Int) -> [Hit] {
    var topK = TopK(limit: limit, scoreThreshold: request.scoreThreshold.map(query.similarity))
    for (index, live) in segments.enumerated() {
      guard let sections = live.segment.denseSections(request.using) else { continue }
      var allowed = sections.presence
      if let mask = live.allowed(by: request.filter, semantics, for: context) {
        allowed.formIntersection(mask)
      }
      DenseSearch.search(
        rows: query.rows, query.distance, in: sections, segment: (index, live.segment),
        allowed: allowed, for: context, into: &topK)
    }
    let hits = topK.finish()
    guard let threshold = request.scoreThreshold,
      DenseSimilarity.smallerIsBetter(query.distance)
    else { return hits }
    return Array(hits.prefix { query.shown($0.score) < threshold })
  }
}

/// A dense query as it is compared: one row, or several of a multivector; normalised for cosine.
private struct DenseQuery {
  let distance: DenseVectorParameters.Distance
  let rows: [[Float]]

  init(_ vector: VectorValue, _ parameters: DenseVectorParameters) throws(StoreError) {
    distance = parameters.distance
    let given: [[Float]] =
      switch vector {
      case .dense(let row): [row]
      case .multiDense(let rows): rows
      case .sparse: []
      }
    for row in given where row.count != parameters.size {
      throw .vectorSize(expected: parameters.size, found: row.count)
    }
    rows = distance == .cosine ? given.map { DenseSimilarity.cosineNormalized($0) } : given
  }

  /// The score that a nearest search shows for a similarity.
  func shown(_ similarity: Float) -> Float { DenseSimilarity.shownScore(distance, similarity) }

  /// A similarity that only hits exceed which are shown as closer than `score`, and perhaps others
  /// by a rounding.
  func similarity(shown score: Float) -> Float {
    switch distance {
    case .dot, .cosine: score
    case .euclid: score > 0 ? -(score * score).nextUp.nextUp : 0
    case .manhattan: -score
    }
  }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

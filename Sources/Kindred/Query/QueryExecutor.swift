import JSONCodec
import SparseIndex

extension CollectionView {
  /// Runs the query and fetches what was asked for of the points it found.
  /// - Parameter lookup: opens the collection that `lookupFrom` names.
  public func query(
    _ request: QueryRequest,
    lookup: @escaping (String) throws(StoreError) -> CollectionView = noLookup
  ) throws(StoreError) -> [ScoredPoint] {
    if let hits = try bareHits(request) {
      let points = hits.map { ScoredPoint(score: $0.score, record: Record(id: $0.id)) }
      context.take(points.first.map { $0.record.byteCount * points.count } ?? 0)
      try checkContext()
      return points
    }
    var stage = request.stage
    var offset = request.offset
    // A sample has no order, and so no pages.
    if case .sample? = stage.query, stage.prefetch.isEmpty { offset = 0 }
    stage.extend(by: offset)
    let before = context.takenByteCount
    let hits = try QueryExecutor(view: self, lookup: lookup).run(stage)
    let workByteCount = context.takenByteCount - before
    defer { context.giveBack(workByteCount) }
    return try scoredPoints(
      hits.dropFirst(offset), payload: request.withPayload, vectors: request.withVector)
  }

  /// The hits with the parts of their points that were asked for.
  func scoredPoints(
    _ hits: some Sequence<RankedPoint>, payload: PayloadSelector, vectors: VectorSelector
  ) throws(StoreError) -> [ScoredPoint] {
    let names = try vectorNames(vectors)
    let parts = try PayloadParts(payload, for: context)
    let isBare = parts.isNone && names == nil
    var points: [ScoredPoint] = []
    points.reserveCapacity(min(hits.underestimatedCount, 1024))
    var meter = WorkMeter(context)
    for hit in hits {
      if meter.isOver(after: 64 * (1 + segments.count)) { break }
      var record = Record(id: hit.id)
      if isBare {
        context.take(record.byteCount)
      } else if let place = place(of: hit.id) {
        record = self.record(at: place, payload: parts, vectorNames: names)
      }
      if context.end != nil { break }
      record.orderValue = hit.orderValue
      points.append(ScoredPoint(score: hit.score, record: record))
    }
    try checkContext()
    return points
  }
}

/// For callers whose queries look nothing up elsewhere.
public func noLookup(_ name: String) throws(StoreError) -> CollectionView {
  throw .collectionNotFound(name)
}

/// Runs a query over one view: prefetches first, innermost first, then the query over what they
/// found.
struct QueryExecutor {
  let view: CollectionView
  let lookup: (String) throws(StoreError) -> CollectionView

  /// The hits, best first, at most `stage.limit`.
  func run(_ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    let depth = stage.prefetch.map(\.depth).max() ?? 0
    guard depth <= QueryLimits.prefetchDepth else {
      throw .invalidQuery(.prefetchDepth(depth, max: QueryLimits.prefetchDepth))
    }
    var size = QuerySize()
    try validate(stage, &size)
    var stage = stage
    stage.filter = Filter.merged(stage.filter, exclusion(of: stage))
    return try runValidated(stage)
  }

  private func runValidated(_ original: QueryStage) throws(StoreError) -> [RankedPoint] {
    var stage = original
    try view.checkContext()
    guard !stage.prefetch.isEmpty else { return try score(stage) }
    var sources: [[RankedPoint]] = []
    for var inner in stage.prefetch {
      inner.filter = Filter.merged(stage.filter, inner.filter)
      sources.append(try runValidated(inner))
    }
    // Merging makes a table of the hits.
    let hitCount = sources.reduce(0) { $0 + $1.count }
    if !view.context.take(hitCount * 3 * MemoryLayout<RankedPoint>.stride) {
      try view.checkContext()
    }
    switch stage.query {
    case .fusion(let fusion): return stage.cut(try fusion.fuse(sources, for: view.context))
    case .formula(let formula): return stage.cut(try rank(sources, by: formula))
    default:
      let ids = Set(sources.joined().map(\.id))
      if ids.isEmpty { return [] }
      // The filter has been applied where the points came from.
      stage.filter = Filter(must: [.hasID(Array(ids))])
      return try score(stage)
    }
  }

  /// Ranks all points that pass the filter.
  private func score(_ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    let hits = try rank(stage)
    try view.checkContext()
    return hits
  }

  private func rank(_ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    switch stage.query {
    case nil:
      return view.ids(matching: stage.filter, limit: stage.limit).map {
        RankedPoint(id: $0, score: 1)
      }
    case .orderBy(let orderBy): return try view.ordered(by: orderBy, stage)
    case .sample(.random):
      var generator = SystemRandomNumberGenerator()
      let ids = view.ids(matching: stage.filter, limit: .max)
      return Sample.random(stage.limit, of: ids, using: &generator).map {
        RankedPoint(id: $0, score: 1)
      }
    case .text(let query): return try view.textSearch(query, stage)
    case .fusion: throw .invalidQuery(.fusionWithoutPrefetches)
    case .formula: throw .invalidQuery(.formulaWithoutPrefetches)
    case .nearest, .byExample, .discover, .context, .relevanceFeedback:
      return try scoreVectors(stage)
    }
  }

  private func scoreVectors(_ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    let vectors = try QueryVectors(view: view, stage: stage, lookup: lookup)
    switch stage.query {
    case .nearest(let input, let mmr):
      let vector = try vectors.resolve(input)
      guard let mmr else { return try nearest(vector, vectors, stage) }
      return try nearest(vector, thinnedBy: mmr, vectors, stage)
    case .byExample(let input):
      let positive = try vectors.resolve(input.positive)
      let negative = try vectors.resolve(input.negative)
      if input.strategy != .averageVector, positive.isEmpty, negative.isEmpty {
        throw .invalidQuery(.noExamples)
      }
      switch input.strategy {
      case .averageVector:
        return try nearest(
          averageVector(positive: positive, negative: negative, for: view.context), vectors,
          stage)
      case .bestScore:
        return try rank(by: BestScore(positive: positive, negative: negative), vectors, stage)
      case .sumScores:
        return try rank(by: SumScores(positive: positive, negative: negative), vectors, stage)
      }
    case .discover(let input):
      let scorer = DiscoveryScore(
        target: try vectors.resolve(input.target), pairs: try vectors.resolve(input.context))
      return try rank(by: scorer, vectors, stage)
    case .context(let pairs):
      return try rank(by: ContextScore(pairs: try vectors.resolve(pairs)), vectors, stage)
    case .relevanceFeedback(let input):
      let examples = try vectors.resolve(input.feedback.map(\.example))
      let feedback = zip(examples, input.feedback).map { (example: $0, score: $1.score) }
      let scorer = FeedbackScore(
        target: try vectors.resolve(input.target), feedback: feedback, a: input.a, b: input.b,
        c: input.c, for: view.context)
      return try rank(by: scorer, vectors, stage)
    default: preconditionFailure("not a vector query")
    }
  }

  // MARK: Ways to rank

  private func nearest(
    _ vector: VectorValue, _ vectors: QueryVectors, _ stage: QueryStage
  ) throws(StoreError) -> [RankedPoint] {
    try nearest(vector, vectors, stage, limit: stage.limit)
  }

  private func nearest(
    _ vector: VectorValue, _ vectors: QueryVectors, _ stage: QueryStage, limit: Int
  ) throws(StoreError) -> [RankedPoint] {
    guard view.pointCount > 0, limit > 0 else { return [] }
    let request = SearchRequest(
      vector: try vectors.weighted(vector), using: stage.using, filter: stage.filter,
      limit: min(limit, view.pointCount), scoreThreshold: stage.scoreThreshold)
    let hits = try view.hits(request)
    if !view.context.take(hits.count * MemoryLayout<RankedPoint>.stride) {
      try view.checkContext()
    }
    return hits.map { RankedPoint(id: $0.id, score: $0.score) }
  }

  private func nearest(
    _ vector: VectorValue, thinnedBy mmr: MMR, _ vectors: QueryVectors, _ stage: QueryStage
  ) throws(StoreError) -> [RankedPoint] {
    let candidates = try nearest(
      vector, vectors, stage, limit: mmr.candidatesLimit ?? stage.limit)
    let records = try view.retrieve(
      candidates.map(\.id), payload: .none, vectors: .names([stage.using]))
    let values = records.map { $0.vectors?[stage.using] ?? .sparse(.empty) }
    precondition(values.count == candidates.count, "a hit exists in the view it was found in")
    let query = vectors.normalized(vector)
    var meter = WorkMeter(view.context)
    let relevance = values.map { vectors.similarity(query, $0, &meter) }
    let chosen = mmr.select(limit: stage.limit, relevance: relevance, for: view.context) {
      vectors.similarity(values[$0], values[$1], &meter)
    }
    try view.checkContext()
    return chosen.map { candidates[$0] }
  }

  private func rank(
    by scorer: some ExampleScorer, _ vectors: QueryVectors, _ stage: QueryStage
  ) throws(StoreError) -> [RankedPoint] {
    try view.checkContext()
    let examples = try vectors.weighted(scorer.examples)
    let byteCount = try view.reserveHits(
      min(stage.limit, max(1, view.pointCount)), stage.filter)
    let hits = view.best(
      by: scorer, examples: examples, vectors, filter: stage.filter, limit: stage.limit,
      scoreThreshold: stage.scoreThreshold)
    view.context.giveBack(byteCount - min(byteCount, hits.count * 64))
    return hits
  }

  private func rank(
    _ sources: [[RankedPoint]], by formula: Formula
  ) throws(StoreError) -> [RankedPoint] {
    let context = view.context
    let evaluator = FormulaEvaluator(formula: formula, semantics: view.semantics)
    let scores = PrefetchScores(sources, evaluator.scoreIndexes, for: context)
    var ids = Array(scores.ids)
    ids.sort(in: context) { $0 < $1 }
    try view.checkContext()
    var meter = WorkMeter(context)
    var places: [CollectionView.Place] = []
    for id in ids where !meter.isOver(after: 64 * (1 + view.segmentCount)) {
      // All have been found in this view.
      if let place = view.place(of: id) { places.append(place) }
    }
    try view.checkContext()
    try view.openPayload()
    let held = view.masks(of: evaluator.conditions, among: places)
    let keys = JSONPathTree(evaluator.paths.map { JSONPath(first: $0.first) })
    var hits: [RankedPoint] = []
    for place in places {
      // A payload may be long.
      if meter.isOver(after: 1 << 12 + 16 * evaluator.expressionCount) { break }
      let segment = view.segments[place.segment].segment
      let id = segment.id(at: place.offset)
      let point = FormulaEvaluator.PointFacts(
        scores: { scores.score(of: id, in: $0) },
        payload: segment.payload.payload(at: place.offset, including: keys),
        holds: { held[$0][place.segment][place.offset] })
      hits.append(RankedPoint(id: id, score: try evaluator.score(point)))
    }
    try view.checkContext()
    hits.rankDescending(in: context)
    return hits
  }

  /// Leaves out the points whose own vectors are asked with, here or in a prefetch.
  private func exclusion(of stage: QueryStage) -> Filter? {
    let ids = mentionedIDs(stage)
    return ids.isEmpty ? nil : Filter(mustNot: [.hasID(ids)])
  }

  private func mentionedIDs(_ stage: QueryStage) -> [PointID] {
    let isElsewhere = stage.lookupFrom.map { !$0.collection.hasSameBytes(as: view.name) } ?? false
    return (isElsewhere ? [] : stage.query?.mentionedIDs ?? [])
      + stage.prefetch.flatMap(mentionedIDs)
  }
}

extension QueryStage {
  /// The hits at or above the threshold, up to the limit.
  fileprivate func cut(_ ranked: [RankedPoint]) -> [RankedPoint] {
    var hits = ranked[...]
    if let scoreThreshold { hits = hits.prefix { $0.score >= scoreThreshold } }
    return Array(hits.prefix(limit))
  }
}

extension Query {
  /// Whether points are ranked by a vector of theirs.
  var comparesVectors: Bool {
    switch self {
    case .nearest, .byExample, .discover, .context, .relevanceFeedback: true
    case .orderBy, .fusion, .formula, .sample, .text: false
    }
  }

  /// The points that lend their vectors.
  fileprivate var mentionedIDs: [PointID] {
    switch self {
    case .nearest(let input, _): [input].compactMap(\.id)
    case .byExample(let input): (input.positive + input.negative).compactMap(\.id)
    case .discover(let input):
      ([input.target] + input.context.flatMap { [$0.positive, $0.negative] }).compactMap(\.id)
    case .context(let pairs): pairs.flatMap { [$0.positive, $0.negative] }.compactMap(\.id)
    case .relevanceFeedback(let input):
      ([input.target] + input.feedback.map(\.example)).compactMap(\.id)
    case .orderBy, .fusion, .formula, .sample, .text: []
    }
  }
}

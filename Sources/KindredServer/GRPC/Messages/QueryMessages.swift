#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf

  /// Queries as messages have them. Vectors are taken as they come; what is small and deep (filters,
  /// formulas, parameters) goes through the trees that REST's decoder takes.
  extension QueryRequest {
    init(_ message: Qdrant_QueryPoints, _ watch: DecodingWatch? = nil) throws {
      try Qdrant_PrefetchQuery.checkCount(message.prefetch)
      try self.init(
        message, message.hasQuery ? Query(message.query, using: message.using) : nil,
        using: message.using, watch)
      stage.prefetch = try message.prefetch.map { try QueryStage($0, watch) }
      stage.scoreThreshold = try message.threshold()
      if message.hasLimit { stage.limit = try checkedLimit(message.limit) }
      offset = Int(clamping: message.offset)
      if message.hasLookupFrom { stage.lookupFrom = LookupLocation(message.lookupFrom) }
    }

    /// Reads the query that is asked of every group of points.
    init(_ message: Qdrant_QueryPointGroups, _ watch: DecodingWatch? = nil) throws {
      try Qdrant_PrefetchQuery.checkCount(message.prefetch)
      try self.init(
        message, message.hasQuery ? Query(message.query, using: message.using) : nil,
        using: message.using, watch)
      stage.prefetch = try message.prefetch.map { try QueryStage($0, watch) }
      stage.scoreThreshold = try message.threshold()
      if message.hasLookupFrom { stage.lookupFrom = LookupLocation(message.lookupFrom) }
    }

    /// Reads the members that all messages of queries have.
    private init(
      _ message: some QueryMessage, _ query: Query?, using: String, _ watch: DecodingWatch?
    ) throws {
      let parameters = try message.hasParams ? SearchParameters(message.params) : nil
      self.init(
        QueryStage(
          query: query, using: using,
          filter: message.hasFilter ? try message.filter.filter(watch) : nil,
          idf: parameters?.idf, annotations: parameters?.annotations ?? [:]),
        withPayload: try PayloadSelector(message.hasWithPayload ? message.withPayload : nil),
        withVector: VectorSelector(message.hasWithVectors ? message.withVectors : nil))
    }
  }

  /// A message of a query, of whatever age.
  private protocol QueryMessage {
    var hasFilter: Bool { get }
    var filter: Qdrant_Filter { get }
    var hasParams: Bool { get }
    var params: Qdrant_SearchParams { get }
    var hasWithPayload: Bool { get }
    var withPayload: Qdrant_WithPayloadSelector { get }
    var hasWithVectors: Bool { get }
    var withVectors: Qdrant_WithVectorsSelector { get }
  }

  private protocol ThresholdMessage {
    var hasScoreThreshold: Bool { get }
    var scoreThreshold: Float { get }
  }

  extension ThresholdMessage {
    fileprivate func threshold() throws(APIError) -> Float? {
      hasScoreThreshold ? try finite(scoreThreshold, "score_threshold") : nil
    }
  }

  extension Qdrant_QueryPoints: QueryMessage, ThresholdMessage {}
  extension Qdrant_QueryPointGroups: QueryMessage, ThresholdMessage {}
  extension Qdrant_SearchPoints: QueryMessage, ThresholdMessage {}
  extension Qdrant_SearchPointGroups: QueryMessage, ThresholdMessage {}
  extension Qdrant_RecommendPoints: QueryMessage, ThresholdMessage {}
  extension Qdrant_RecommendPointGroups: QueryMessage, ThresholdMessage {}
  extension Qdrant_DiscoverPoints: QueryMessage {}

  extension QueryStage {
    fileprivate init(_ message: Qdrant_PrefetchQuery, _ watch: DecodingWatch?) throws {
      let parameters = try message.hasParams ? SearchParameters(message.params) : nil
      self.init(
        prefetch: try message.prefetch.map { try QueryStage($0, watch) },
        query: message.hasQuery ? try Query(message.query, using: message.using) : nil,
        using: message.using, filter: message.hasFilter ? try message.filter.filter(watch) : nil,
        idf: parameters?.idf,
        scoreThreshold: message.hasScoreThreshold
          ? try finite(message.scoreThreshold, "score_threshold") : nil,
        limit: message.hasLimit ? try checkedLimit(message.limit) : 10,
        lookupFrom: message.hasLookupFrom ? LookupLocation(message.lookupFrom) : nil,
        annotations: parameters?.annotations ?? [:])
    }
  }

  extension Qdrant_PrefetchQuery {
    /// A list beyond the limit is not even decoded.
    fileprivate static func checkCount(_ prefetches: [Qdrant_PrefetchQuery]) throws(APIError) {
      func count(_ prefetches: [Qdrant_PrefetchQuery]) -> Int {
        prefetches.reduce(prefetches.count) { $0 + count($1.prefetch) }
      }
      guard count(prefetches) <= QueryLimits.prefetchCount else {
        throw .wrongInput("query has more than \(QueryLimits.prefetchCount) prefetches")
      }
    }
  }

  extension Query {
    /// - Parameter using: for a text query the payload key, else the name of the vector.
    init(_ message: Qdrant_Query, using: String) throws {
      switch message.variant {
      case .nearest(let input): self = .nearest(try VectorInput(input))
      case .nearestWithMmr(let input):
        var mmr: JSONObject = [:]
        if input.mmr.hasDiversity { mmr["diversity"] = .double(Double(input.mmr.diversity)) }
        if input.mmr.hasCandidatesLimit {
          mmr["candidates_limit"] = .integer(Int64(input.mmr.candidatesLimit))
        }
        self = .nearest(
          try VectorInput(input.nearest), mmr: try MMR(JSONInput(.object(mmr), path: "query.mmr")))
      case .recommend(let input):
        let examples = ByExample(
          positive: try input.positive.map { try VectorInput($0) },
          negative: try input.negative.map { try VectorInput($0) },
          strategy: try .init(input.hasStrategy ? input.strategy : nil))
        self = .byExample(try examples.checked())
      case .discover(let input):
        self = .discover(
          DiscoverInput(
            target: try VectorInput(input.target), context: try input.context.contextPairs()))
      case .context(let input): self = .context(try input.contextPairs())
      case .orderBy(let order): self = .orderBy(try OrderBy(order))
      case .fusion(.rrf): self = .fusion(.rrf())
      case .fusion(.dbsf): self = .fusion(.dbsf)
      case .rrf(let rrf):
        var k = 2
        if rrf.hasK {
          guard rrf.k >= 1 else { throw APIError.tooSmall("internal.query.rrf.k", 0, least: 1) }
          k = Int(rrf.k)
        }
        let weights = try rrf.weights.map { try finite($0, "query.rrf.weights") }
        self = .fusion(.rrf(k: k, weights: weights.isEmpty ? nil : weights))
      case .sample(.random): self = .sample(.random)
      case .formula(let formula): self = .formula(try Formula(JSONInput(formula.tree())))
      case .relevanceFeedback(let input):
        self = .relevanceFeedback(try RelevanceFeedbackInput(input))
      case .text(let text):
        var query = TextQuery(text.query, in: using)
        if case .bm25(let parameters) = text.scoring {
          if parameters.hasK { query.k = Double(parameters.k) }
          if parameters.hasB { query.b = Double(parameters.b) }
        }
        self = .text(query)
      case .fusion(.UNRECOGNIZED(let number)), .sample(.UNRECOGNIZED(let number)):
        throw APIError.wrongInput("unknown query variant \(number)")
      case nil: throw APIError.badRequest("Query variant is missing")
      }
    }
  }

  extension VectorInput {
    init(_ message: Qdrant_VectorInput) throws {
      switch message.variant {
      case .id(let id): self = .id(try PointID(id))
      case .dense(let dense): self = .vector(try .dense(dense, "query"))
      case .sparse(let sparse): self = .vector(try .sparse(sparse, "query"))
      case .multiDense(let rows): self = .vector(try .multiDense(rows, "query"))
      case .document(let document): self = .vector(try document.vector(as: .query))
      case .image, .object: throw VectorValue.noModel
      case nil: throw APIError.badRequest("VectorInput variant is missing")
      }
    }

    fileprivate init(_ message: Qdrant_VectorExample) throws {
      switch message.example {
      case .id(let id): self = .id(try PointID(id))
      case .vector(let vector): self = .vector(try VectorValue(vector, "vector", as: .query))
      case nil: throw APIError.badRequest("Example must be a point or a vector")
      }
    }
  }

  extension ByExample {
    fileprivate func checked() throws(APIError) -> ByExample {
      guard !positive.isEmpty || !negative.isEmpty else {
        throw .validation(
          "internal.query.positives, negatives",
          "Validation error: At least one positive or negative vector/id must be provided [{}]")
      }
      return self
    }
  }

  extension ByExample.Strategy {
    fileprivate init(_ message: Qdrant_RecommendStrategy?) throws(APIError) {
      switch message {
      case .averageVector, nil: self = .averageVector
      case .bestScore: self = .bestScore
      case .sumScores: self = .sumScores
      case .UNRECOGNIZED(let number):
        throw .wrongInput("unknown recommend strategy \(number)")
      }
    }
  }

  extension Qdrant_ContextInput {
    fileprivate func contextPairs() throws -> [ContextPair] {
      try pairs.map {
        ContextPair(
          positive: try VectorInput($0.positive), negative: try VectorInput($0.negative))
      }
    }
  }

  extension RelevanceFeedbackInput {
    fileprivate init(_ message: Qdrant_RelevanceFeedbackInput) throws {
      guard case .naive(let strategy) = message.strategy.variant else {
        throw APIError.badRequest("the strategy of a relevance feedback is missing")
      }
      guard strategy.b >= 0 else {
        throw APIError.validation(
          "internal.query.strategy.naive.b", "value \(strategy.b) invalid, must be 0.0 or larger")
      }
      self.init(
        target: try VectorInput(message.target),
        feedback: try message.feedback.map {
          Item(example: try VectorInput($0.example), score: try finite($0.score, "score"))
        },
        a: try finite(strategy.a, "a"), b: try finite(strategy.b, "b"),
        c: try finite(strategy.c, "c"))
    }
  }

  extension OrderBy {
    init(_ message: Qdrant_OrderBy) throws {
      var tree: JSONObject = ["key": .string(message.key)]
      if message.hasDirection { tree["direction"] = message.direction == .desc ? "desc" : "asc" }
      switch message.startFrom.value {
      case .float(let number):
        tree["start_from"] = .double(try finite(number, "start_from"))
      case .integer(let number): tree["start_from"] = .integer(number)
      case .timestamp(let timestamp): tree["start_from"] = try timestamp.tree()
      case .datetime(let text): tree["start_from"] = .string(text)
      case nil: break
      }
      try self.init(JSONInput(.object(tree), path: "order_by"))
    }
  }

  extension SearchParameters {
    fileprivate init(_ message: Qdrant_SearchParams) throws {
      var tree: JSONObject = [:]
      if message.hasHnswEf { tree["hnsw_ef"] = .unsignedInteger(message.hnswEf) }
      if message.hasExact { tree["exact"] = .bool(message.exact) }
      if message.hasQuantization {
        var quantization: JSONObject = [:]
        if message.quantization.hasOversampling {
          quantization["oversampling"] = .double(
            try finite(message.quantization.oversampling, "oversampling"))
        }
        tree["quantization"] = .object(quantization)
      }
      if message.hasAcorn, message.acorn.hasMaxSelectivity {
        tree["acorn"] = [
          "max_selectivity": .double(
            try finite(message.acorn.maxSelectivity, "acorn.max_selectivity"))
        ]
      }
      if message.hasIdf {
        tree["idf"] =
          message.idf.hasCorpus ? ["corpus": try message.idf.corpus.tree()] : "global"
      }
      try self.init(JSONInput(["params": .object(tree)]))
    }
  }

  extension LookupLocation {
    fileprivate init(_ message: Qdrant_LookupLocation) {
      self.init(
        collection: message.collectionName, vector: message.hasVectorName ? message.vectorName : nil
      )
    }
  }

  // MARK: Selectors

  extension PayloadSelector {
    /// - Parameter message: nil selects nothing.
    init(_ message: Qdrant_WithPayloadSelector?, default other: PayloadSelector = .none) throws {
      switch message?.selectorOptions {
      case .enable(let wanted): self = wanted ? .all : .none
      case .include(let include): self = .include(try include.fields.map(keyPath))
      case .exclude(let exclude): self = .exclude(try exclude.fields.map(keyPath))
      case nil: self = other
      }
    }
  }

  extension VectorSelector {
    init(_ message: Qdrant_WithVectorsSelector?) {
      switch message?.selectorOptions {
      case .enable(let wanted): self = wanted ? .all : .none
      case .include(let include): self = .names(include.names)
      case nil: self = .none
      }
    }
  }

  extension WithLookup {
    init(_ message: Qdrant_WithLookup) throws {
      self.init(
        collection: message.collection,
        withPayload: try PayloadSelector(
          message.hasWithPayload ? message.withPayload : nil, default: .all),
        withVectors: VectorSelector(message.hasWithVectors ? message.withVectors : nil))
    }
  }

  // MARK: Requests that `points/query` has replaced

  extension QueryRequest {
    init(_ message: Qdrant_SearchPoints, _ watch: DecodingWatch? = nil) throws {
      let vector = try VectorValue.flat(
        message.vector, message.hasSparseIndices ? message.sparseIndices : nil)
      try self.init(message, .nearest(.vector(vector)), using: message.vectorName, watch)
      stage.scoreThreshold = try message.threshold()
      stage.limit = try checkedLimit(message.limit)
      offset = Int(clamping: message.offset)
    }

    init(_ message: Qdrant_SearchPointGroups, _ watch: DecodingWatch? = nil) throws {
      let vector = try VectorValue.flat(
        message.vector, message.hasSparseIndices ? message.sparseIndices : nil)
      try self.init(message, .nearest(.vector(vector)), using: message.vectorName, watch)
      stage.scoreThreshold = try message.threshold()
    }

    init(_ message: Qdrant_RecommendPoints, _ watch: DecodingWatch? = nil) throws {
      let examples = try ByExample(
        positive: .examples(message.positive, message.positiveVectors),
        negative: .examples(message.negative, message.negativeVectors),
        strategy: .init(message.hasStrategy ? message.strategy : nil))
      try self.init(message, .byExample(examples), using: message.using, watch)
      stage.scoreThreshold = try message.threshold()
      stage.limit = try checkedLimit(message.limit)
      offset = Int(clamping: message.offset)
      if message.hasLookupFrom { stage.lookupFrom = LookupLocation(message.lookupFrom) }
    }

    init(_ message: Qdrant_RecommendPointGroups, _ watch: DecodingWatch? = nil) throws {
      let examples = try ByExample(
        positive: .examples(message.positive, message.positiveVectors),
        negative: .examples(message.negative, message.negativeVectors),
        strategy: .init(message.hasStrategy ? message.strategy : nil))
      try self.init(message, .byExample(examples), using: message.using, watch)
      stage.scoreThreshold = try message.threshold()
      if message.hasLookupFrom { stage.lookupFrom = LookupLocation(message.lookupFrom) }
    }

    init(_ message: Qdrant_DiscoverPoints, _ watch: DecodingWatch? = nil) throws {
      let pairs = try message.context.map {
        ContextPair(
          positive: try VectorInput($0.positive), negative: try VectorInput($0.negative))
      }
      var query = Query.context(pairs)
      if message.hasTarget {
        guard case .single(let target) = message.target.target else {
          throw APIError.badRequest("the target of a discovery is missing")
        }
        query = .discover(DiscoverInput(target: try VectorInput(target), context: pairs))
      }
      try self.init(message, query, using: message.using, watch)
      stage.limit = try checkedLimit(message.limit)
      offset = Int(clamping: message.offset)
      if message.hasLookupFrom { stage.lookupFrom = LookupLocation(message.lookupFrom) }
    }
  }

  extension VectorValue {
    fileprivate static func flat(
      _ numbers: [Float], _ indices: Qdrant_SparseIndices?
    ) throws(APIError) -> VectorValue {
      if let indices { return .sparse(try VectorWire.sparse(indices.data, numbers, "vector")) }
      guard !numbers.isEmpty else { throw .validation("vector", "vector must not be empty") }
      return .dense(numbers)
    }
  }

  extension [VectorInput] {
    fileprivate static func examples(
      _ ids: [Qdrant_PointId], _ vectors: [Qdrant_Vector]
    ) throws -> [VectorInput] {
      try ids.map { .id(try PointID($0)) }
        + vectors.map { .vector(try VectorValue($0, "vector", as: .query)) }
    }
  }

  // MARK: Formulas

  extension Qdrant_Formula {
    fileprivate func tree() throws -> JSONValue {
      [
        "formula": try expression.tree(), "defaults": .object(try JSONObject(defaults)),
      ]
    }
  }

  extension Qdrant_Expression {
    fileprivate func tree() throws -> JSONValue {
      func list(_ expressions: [Qdrant_Expression]) throws -> JSONValue {
        .array(try expressions.map { try $0.tree() })
      }
      switch variant {
      case .constant(let number): return .double(Double(try finite(number, "constant")))
      case .variable(let name): return .string(name)
      case .condition(let condition): return try condition.tree()
      case .geoDistance(let distance):
        return ["geo_distance": ["origin": distance.origin.tree, "to": .string(distance.to)]]
      case .datetime(let text): return ["datetime": .string(text)]
      case .datetimeKey(let key): return ["datetime_key": .string(key)]
      case .mult(let operands): return ["mult": try list(operands.mult)]
      case .sum(let operands): return ["sum": try list(operands.sum)]
      case .max(let operands): return ["max": try list(operands.max)]
      case .min(let operands): return ["min": try list(operands.min)]
      case .neg(let operand): return ["neg": try operand.tree()]
      case .abs(let operand): return ["abs": try operand.tree()]
      case .sqrt(let operand): return ["sqrt": try operand.tree()]
      case .exp(let operand): return ["exp": try operand.tree()]
      case .log10(let operand): return ["log10": try operand.tree()]
      case .ln(let operand): return ["ln": try operand.tree()]
      case .acosh(let operand): return ["acosh": try operand.tree()]
      case .div(let division):
        var object: JSONObject = [
          "left": try division.left.tree(), "right": try division.right.tree(),
        ]
        if division.hasByZeroDefault {
          object["by_zero_default"] = .double(
            Double(try finite(division.byZeroDefault, "by_zero_default")))
        }
        return ["div": .object(object)]
      case .pow(let power):
        return ["pow": ["base": try power.base.tree(), "exponent": try power.exponent.tree()]]
      case .expDecay(let decay): return ["exp_decay": try decay.tree()]
      case .gaussDecay(let decay): return ["gauss_decay": try decay.tree()]
      case .linDecay(let decay): return ["lin_decay": try decay.tree()]
      case nil: throw APIError.badRequest("Expression variant is missing")
      }
    }
  }

  extension Qdrant_DecayParamsExpression {
    fileprivate func tree() throws -> JSONValue {
      var object: JSONObject = ["x": try x.tree()]
      if hasTarget { object["target"] = try target.tree() }
      if hasScale { object["scale"] = .double(Double(try finite(scale, "scale"))) }
      if hasMidpoint { object["midpoint"] = .double(Double(try finite(midpoint, "midpoint"))) }
      return .object(object)
    }
  }

  // MARK: Numbers

  func finite<Number: BinaryFloatingPoint>(_ number: Number, _ path: String)
    throws(APIError) -> Number
  {
    guard number.isFinite else { throw .validation(path, "must be a finite number") }
    return number
  }

  func checkedLimit(_ limit: UInt64, _ path: String = "limit", least: Int = 1)
    throws(APIError) -> Int
  {
    let number = Int(clamping: limit)
    guard number >= least else { throw .tooSmall(path, limit, least: least) }
    return number
  }

  func keyPath(_ text: String) throws(APIError) -> JSONPath {
    do throws(InvalidJSONPath) { return try JSONPath(parsing: text) } catch {
      throw .format(error.description)
    }
  }
#endif

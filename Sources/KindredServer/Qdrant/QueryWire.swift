import JSONCodec
import Kindred
import SparseIndex

/// Query bodies: what is asked, over what, and what to answer of the points found.
extension QueryRequest {
  /// - Parameter prefix: what Qdrant's validation errors put before the path.
  package init(_ input: JSONInput, prefix: String = "internal.") throws {
    _ = try input.object()
    try input.checkShardKey()
    // A list beyond the limit is not even decoded.
    guard input.value.prefetchCount <= QueryLimits.prefetchCount else {
      throw input.error("query has more than \(QueryLimits.prefetchCount) prefetches")
    }
    self.init(
      try QueryStage(input, prefix: prefix), offset: try input.offset(),
      withPayload: try input.payloadSelector(default: .none),
      withVector: try input.vectorSelector())
  }
}

extension QueryStage {
  init(_ input: JSONInput, prefix: String) throws {
    let using = try input.string("using", default: "")
    let parameters = try SearchParameters(input)
    self.init(
      prefetch: try input.prefetches(prefix),
      query: try input.optional("query").map { try $0.query(using: using) },
      using: using, filter: try input.filter(), idf: parameters.idf,
      scoreThreshold: try input.optional("score_threshold")?.float(),
      limit: try input.limit(default: 10, prefix: prefix),
      lookupFrom: try input.optional("lookup_from").map { try LookupLocation($0) },
      annotations: parameters.annotations)
  }
}

extension LookupLocation {
  init(_ input: JSONInput) throws {
    self.init(
      collection: try input.string("collection"), vector: try input.optional("vector")?.string())
  }
}

extension JSONValue {
  /// Prefetches in a query, at all levels.
  fileprivate var prefetchCount: Int {
    guard case .object(let object) = self, let prefetch = object["prefetch"] else { return 0 }
    switch prefetch {
    case .array(let elements): return elements.reduce(elements.count) { $0 + $1.prefetchCount }
    case .object: return 1 + prefetch.prefetchCount
    default: return 0
    }
  }
}

extension JSONInput {
  /// One prefetch stands for a list of one.
  fileprivate func prefetches(_ prefix: String) throws -> [QueryStage] {
    guard let input = try optional("prefetch") else { return [] }
    guard case .array = input.value else {
      return [try QueryStage(JSONInput(input.value, path: input.path + "[0]"), prefix: prefix)]
    }
    return try input.elements().map { try QueryStage($0, prefix: prefix) }
  }

  func offset() throws -> Int {
    guard let input = try optional("offset") else { return 0 }
    return Int(clamping: try input.unsigned())
  }

  /// A vector, or the id of a point that lends its own.
  func vectorInput() throws -> VectorInput {
    switch value {
    case .integer, .unsigned, .string: .id(try pointID())
    default: .vector(try vector())
    }
  }

  /// `query`: a vector or an id (nearest to it), or an object that names the kind of query.
  /// - Parameter using: for a text query the payload key, else the name of the vector.
  func query(using: String) throws -> Query {
    guard case .object(let object) = value else { return .nearest(try vectorInput()) }
    if has("nearest") {
      return .nearest(
        try member("nearest").vectorInput(), mmr: try optional("mmr").map { try MMR($0) })
    }
    if let recommend = try optional("recommend") {
      let input = try ByExample(recommend)
      guard !input.positive.isEmpty || !input.negative.isEmpty else {
        throw APIError.validation(
          "internal.query.positives, negatives",
          "Validation error: At least one positive or negative vector/id must be provided [{}]")
      }
      return .byExample(input)
    }
    if let discover = try optional("discover") {
      return .discover(
        DiscoverInput(
          target: try discover.member("target").vectorInput(),
          context: try discover.optional("context")?.contextPairs() ?? []))
    }
    if let context = try optional("context") { return .context(try context.contextPairs()) }
    if let orderBy = try optional("order_by") { return .orderBy(try OrderBy(orderBy)) }
    if let fusion = try optional("fusion") { return .fusion(try fusion.fusion()) }
    if let rrf = try optional("rrf") { return .fusion(try rrf.weightedRRF()) }
    if has("formula") { return .formula(try Formula(self)) }
    if let sample = try optional("sample") {
      guard let kind = Sample(rawValue: try sample.string()) else {
        throw sample.error("unknown variant `\(try sample.string())`, expected `random`")
      }
      return .sample(kind)
    }
    if let feedback = try optional("relevance_feedback") {
      return .relevanceFeedback(try RelevanceFeedbackInput(feedback))
    }
    if has("text"), !has("model") { return .text(try TextQuery(member("text"), in: using)) }
    if has("indices") || has("values") || has("model") { return .nearest(.vector(try vector())) }
    let names = object.members.map { "`\($0.name)`" }.joined(separator: ", ")
    throw error("data did not match any variant of untagged enum QueryInterface: \(names)")
  }

  /// One pair, or a list of them.
  func contextPairs() throws -> [ContextPair] {
    try oneOrMany().map { pair in
      ContextPair(
        positive: try pair.member("positive").vectorInput(),
        negative: try pair.member("negative").vectorInput())
    }
  }

  private func fusion() throws -> Fusion {
    switch try string() {
    case "rrf": return .rrf()
    case "dbsf": return .dbsf
    case let name: throw error("unknown variant `\(name)`, expected `rrf` or `dbsf`")
    }
  }

  private func weightedRRF() throws -> Fusion {
    var k = 2
    if let input = try optional("k") {
      let value = try input.unsigned()
      guard value >= 1 else { throw APIError.tooSmall("internal." + input.path, value, least: 1) }
      k = Int(clamping: value)
    }
    return .rrf(k: k, weights: try optional("weights")?.elements().map { try $0.float() })
  }
}

extension MMR {
  init(_ input: JSONInput) throws {
    self.init()
    if let diversity = try input.optional("diversity") {
      self.diversity = try diversity.float()
      guard 0...1 ~= self.diversity else {
        throw APIError.validation(
          "internal." + diversity.path, "value \(self.diversity) invalid, must be from 0.0 to 1.0")
      }
    }
    if let limit = try input.optional("candidates_limit") {
      candidatesLimit = Int(clamping: try limit.unsigned())
      guard candidatesLimit ?? 1 <= 16384 else {
        throw APIError.validation(
          "internal." + limit.path, "value \(limit.value) invalid, must be from 0 to 16384")
      }
    }
  }
}

extension ByExample {
  init(_ input: JSONInput) throws {
    self.init(
      positive: try input.optional("positive")?.elements().map { try $0.vectorInput() } ?? [],
      negative: try input.optional("negative")?.elements().map { try $0.vectorInput() } ?? [],
      strategy: try input.choice("strategy", default: .averageVector))
  }
}

extension OrderBy {
  /// A key, or `{key, direction, start_from}`.
  init(_ input: JSONInput) throws {
    if case .string = input.value {
      self.init(key: try input.keyPath())
      return
    }
    self.init(key: try input.member("key").keyPath())
    if let direction = try input.optional("direction") {
      let text = try direction.string()
      guard let value = Direction(rawValue: text) else {
        throw direction.error("unknown variant `\(text)`, expected `asc` or `desc`")
      }
      self.direction = value
    }
    guard let start = try input.optional("start_from") else { return }
    switch start.value {
    case .string(let text):
      guard let instant = Datetime.microseconds(text) else {
        throw start.error("`\(text)` is not a number or a datetime")
      }
      startFrom = .integer(instant)
    default: startFrom = try start.number()
    }
  }
}

extension RelevanceFeedbackInput {
  fileprivate init(_ input: JSONInput) throws {
    let strategy = try input.member("strategy").member("naive")
    let b = try strategy.member("b")
    guard try b.float() >= 0 else {
      throw APIError.validation(
        "internal." + b.path, "value \(try b.float()) invalid, must be 0.0 or larger")
    }
    self.init(
      target: try input.member("target").vectorInput(),
      feedback: try input.member("feedback").elements().map { item in
        Item(
          example: try item.member("example").vectorInput(),
          score: try item.member("score").float())
      },
      a: try strategy.member("a").float(), b: try b.float(),
      c: try strategy.member("c").float())
  }
}

extension TextQuery {
  /// A text, or `{query, scoring: {bm25: {k, b}}}`.
  fileprivate init(_ input: JSONInput, in key: String) throws {
    if case .string(let text) = input.value {
      self.init(text, in: key)
      return
    }
    self.init(try input.string("query"), in: key)
    if let parameters = try input.optional("scoring")?.member("bm25") {
      k = try parameters.double("k", default: k)
      b = try parameters.double("b", default: b)
    }
  }
}

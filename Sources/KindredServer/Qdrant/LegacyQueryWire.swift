import JSONCodec
import Kindred

/// The bodies of the endpoints that `points/query` has replaced; older clients still send them.
extension QueryRequest {
  /// `points/search`.
  init(search input: JSONInput) throws {
    let (name, vector) = try input.member("vector").namedVector()
    try self.init(legacy: input, .nearest(.vector(vector)), using: name, "search_request.")
  }

  /// `points/recommend`.
  init(recommend input: JSONInput) throws {
    try self.init(
      legacy: input, .byExample(try ByExample(input)),
      using: try input.usingName(), "recommend_request.")
  }

  /// `points/discover`: with a target, or by context alone.
  init(discover input: JSONInput) throws {
    let context = try input.optional("context")?.contextPairs() ?? []
    let query: Query
    if let target = try input.optional("target") {
      query = .discover(DiscoverInput(target: try target.vectorInput(), context: context))
    } else {
      query = .context(context)
    }
    try self.init(legacy: input, query, using: try input.usingName(), "discover_request.")
  }

  private init(legacy input: JSONInput, _ query: Query, using: String, _ prefix: String) throws {
    try input.checkShardKey()
    if try input.optional("top") == nil { _ = try input.member("limit") }
    let parameters = try SearchParameters(input)
    self.init(
      QueryStage(
        query: query, using: using, filter: try input.filter(), idf: parameters.idf,
        scoreThreshold: try input.optional("score_threshold")?.float(),
        limit: try input.limit(["limit", "top"], default: 10, prefix: prefix),
        lookupFrom: try input.optional("lookup_from").map { try LookupLocation($0) },
        annotations: parameters.annotations),
      offset: try input.offset(), withPayload: try input.payloadSelector(default: .none),
      withVector: try input.vectorSelector())
  }
}

extension JSONInput {
  /// A vector by itself (unnamed), or `{name, vector}`.
  fileprivate func namedVector() throws -> (name: String, VectorValue) {
    guard case .object = value, has("name") else { return ("", try vector()) }
    return (try string("name"), try member("vector").vector())
  }

  /// `using`: a name, or `{name}`.
  fileprivate func usingName() throws -> String {
    guard let using = try optional("using") else { return "" }
    if case .object = using.value { return try using.string("name") }
    return try using.string()
  }
}

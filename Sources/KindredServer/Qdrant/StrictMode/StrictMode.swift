import JSONCodec
import Kindred

/// The limits a collection sets itself (`strict_mode_config`), in Qdrant's words.
struct StrictMode {
  /// The limits in the form in which they are stored.
  let limits: JSONObject
  private let configuration: CollectionConfiguration

  /// Nil when the collection has none, or has them switched off.
  init?(_ configuration: CollectionConfiguration) {
    guard case .object(let limits)? = configuration.annotations["strict_mode_config"],
      limits["enabled"] == true
    else { return nil }
    self.limits = limits
    self.configuration = configuration
  }

  // MARK: Reading

  func check(limit: Int) throws(APIError) {
    try check(limit, against: "max_query_limit", called: "limit")
  }

  func check(searchCount: Int) throws(APIError) {
    try check(searchCount, against: "search_max_batchsize", called: "search batch size")
  }

  func check(timeoutSeconds: Int) throws(APIError) {
    try check(timeoutSeconds, against: "max_timeout", called: "timeout")
  }

  func check(reading filter: Filter?) throws(APIError) {
    try check(filter, indexed: limits["unindexed_filtering_retrieve"] == false)
  }

  func check(_ request: QueryRequest) throws(APIError) {
    try check(request.stage)
  }

  func check(_ request: QueryGroupsRequest) throws(APIError) {
    let (limit, overflows) = request.limit.multipliedReportingOverflow(by: request.groupSize)
    try check(limit: overflows ? .max : limit)
    if limits["unindexed_filtering_retrieve"] == false {
      let key = request.groupBy.description
      let matching: [IndexCapability] = [.keywordMatch, .integerMatch, .boolMatch, .uuidMatch]
      let index = configuration.payloadIndexes[key]
      guard let index, matching.contains(where: { $0.isServed(by: index) }) else {
        let found = index.map { "Index of type \"\($0.kind.rawValue)\" found" }
        throw refusal(
          "\(found ?? "Index required but not found") for \"\(key)\"",
          "Create an index supporting `match` for this key.")
      }
    }
    try checkBesidesLimit(request.stage)
  }

  private func check(_ stage: QueryStage) throws(APIError) {
    try check(limit: stage.limit)
    try checkBesidesLimit(stage)
  }

  private func checkBesidesLimit(_ stage: QueryStage) throws(APIError) {
    if case .formula(let formula)? = stage.query { try check(formula.formula) }
    try check(reading: stage.filter)
    if limits["search_allow_exact"] == false, stage.isExactDemanded {
      throw refusal("Exact search disabled!", "Set exact=false.")
    }
    if let factor = stage.oversampling, let limit = limits["search_max_oversampling"]?.asDouble,
      factor > limit
    {
      throw exceeded("\(factor)", "\(limit)", called: "oversampling")
    }
    if let ef = stage.hnswEF { try check(ef, against: "search_max_hnsw_ef", called: "hnsw_ef") }
    if case .corpus(let corpus) = stage.idf { try check(reading: corpus) }
    for inner in stage.prefetch { try check(inner) }
  }

  /// A formula reads payload values of many points: those must be indexed where filters must be.
  private func check(_ expression: FormulaExpression) throws(APIError) {
    guard limits["unindexed_filtering_retrieve"] == false else { return }
    let needed: (key: JSONPath, capabilities: [IndexCapability])? =
      switch expression {
      case .variable(.payload(let key)): (key, [.integerMatch, .integerRange, .floatRange])
      case .geoDistance(_, let key): (key, [.geo])
      case .datetimeKey(let key): (key, [.datetimeRange])
      default: nil
      }
    if case .condition(let condition) = expression {
      try check(reading: Filter(must: [condition]))
    }
    if let needed, !isServed(needed.key, needed.capabilities) {
      throw missingIndex(needed.key, needed.capabilities, "formula expression")
    }
    for child in expression.children { try check(child) }
  }

  // MARK: Writing

  func check(writing filter: Filter?) throws(APIError) {
    try check(filter, indexed: limits["unindexed_filtering_update"] == false)
  }

  func check(_ operation: PointUpdate, on collection: CollectionView) throws(APIError) {
    switch operation {
    case .upsert, .updateVectors, .setPayload, .overwritePayload:
      try checkMemory()
      try checkSize(of: collection)
    case .delete, .deleteVectors, .deletePayload, .clearPayload: break
    }
    switch operation {
    case .upsert(let body):
      try check(body.points.count, against: "upsert_max_batchsize", called: "upsert limit")
      if !body.points.isEmpty { try checkPointCount(of: collection) }
      for point in body.points { try check(point.vectors) }
      try check(writing: body.updateFilter)
    case .updateVectors(let updates, let filter):
      try check(updates.count, against: "upsert_max_batchsize", called: "update limit")
      for update in updates { try check(update.vectors) }
      try check(writing: filter)
    case .delete(let selection), .clearPayload(let selection), .deletePayload(_, let selection),
      .deleteVectors(_, let selection), .overwritePayload(_, let selection),
      .setPayload(_, _, let selection):
      if case .filter(let filter) = selection { try check(writing: filter) }
    }
  }

  /// Refuses what would make points in a collection that has as many as it may.
  func checkPointCount(of collection: CollectionView) throws(APIError) {
    guard let limit = number("max_points_count"), collection.pointCount >= limit else { return }
    throw refusal(
      "Max points count limit of \(limit) reached", "Delete points or raise the limit.")
  }

  /// Refuses what would take more memory once the daemon holds as much as it may.
  private func checkMemory() throws(APIError) {
    guard let limit = number("max_resident_memory_percent"), let used = ResidentMemory.percent,
      used >= limit
    else { return }
    throw refusal(
      "Resident memory usage is at \(used)% of total memory, exceeding the configured limit of "
        + "\(limit)%",
      "Reduce memory usage, or raise `max_resident_memory_percent` of this collection.")
  }

  /// Refuses what would add to a collection that has reached its size.
  private func checkSize(of collection: CollectionView) throws(APIError) {
    for (name, what, byteCount) in [
      ("max_collection_vector_size_bytes", "vector", collection.vectorByteCount),
      ("max_collection_payload_size_bytes", "payload", collection.payloadByteCount),
    ] {
      guard let limit = number(name), byteCount >= limit else { continue }
      throw .badRequest(
        "Max \(what) storage size limit of \(Float(limit) / 1_048_576)MB reached!")
    }
  }

  private func check(_ vectors: [ByteString: VectorValue]) throws(APIError) {
    for (name, vector) in vectors {
      switch vector {
      case .sparse(let sparse):
        guard let limit = number("sparse_config", name.text, "max_length"), sparse.count > limit
        else {
          continue
        }
        throw refusal(
          "Sparse vector '\(name)' has a limit of \(limit) indices",
          "Reduce the number of indices in the sparse vector.")
      case .multiDense(let rows):
        guard let limit = number("multivector_config", name.text, "max_vectors"), rows.count > limit
        else { continue }
        throw refusal(
          "Multivector '\(name)' has a limit of \(limit) vectors",
          "Reduce the number of vectors in the multivector.")
      case .dense: continue
      }
    }
  }

  func checkNewIndex() throws(APIError) {
    guard let limit = number("max_payload_index_count"),
      configuration.payloadIndexes.count >= limit
    else { return }
    throw refusal(
      "Collection already has the maximum number of payload indices (\(limit))",
      "Please delete an existing index before creating a new one.")
  }

  // MARK: Rates

  /// Reads or writes a minute; nil when there is no limit.
  var readRateLimit: Int? { number("read_rate_limit") }
  var writeRateLimit: Int? { number("write_rate_limit") }

  // MARK: Parts

  private func check(_ value: Int, against name: String, called: String) throws(APIError) {
    guard let limit = number(name), value > limit else { return }
    throw exceeded("\(value)", "\(limit)", called: called)
  }

  private func exceeded(_ value: String, _ limit: String, called: String) -> APIError {
    refusal(
      "Limit exceeded \(value) > \(limit) for \"\(called)\"",
      "Reduce the \"\(called)\" parameter to or below \(limit).")
  }

  private func check(_ filter: Filter?, indexed: Bool) throws(APIError) {
    guard let filter else { return }
    let cost = FilterCost(filter)
    if let key = cost.substringKey {
      throw refusal(
        "Substring matching is not allowed, used for \"\(key)\": it scans every value of the key, "
          + "with or without an index",
        "Use a prefix match or a full-text match instead.")
    }
    if let limit = number("filter_max_conditions"), cost.conditionCount > limit {
      throw refusal(
        "Filter condition limit reached (\(cost.conditionCount) > \(limit))",
        "Reduce the amount of conditions of your filter.")
    }
    if let limit = number("condition_max_size"), cost.maxCondition > limit {
      throw refusal(
        "Condition size limit reached (\(cost.maxCondition) > \(limit))",
        "Reduce the size of your condition.")
    }
    guard indexed else { return }
    for use in cost.uses
    where !isServed(use.key, use.capabilities) && !isServed(use.plainKey, use.capabilities) {
      throw missingIndex(use.key, use.capabilities, "filter")
    }
  }

  private func missingIndex(
    _ key: JSONPath, _ capabilities: [IndexCapability], _ use: String
  ) -> APIError {
    let kinds = Set(capabilities.map(\.kind.rawValue)).sorted().joined(separator: ", ")
    return refusal(
      "Index required but not found for \"\(key)\" of one of the following types: [\(kinds)]",
      "Create an index for this key or use a different \(use).")
  }

  private func isServed(_ key: JSONPath, _ capabilities: [IndexCapability]) -> Bool {
    guard let index = configuration.payloadIndexes[key.description] else { return false }
    return capabilities.contains { $0.isServed(by: index) }
  }

  private func refusal(_ error: String, _ solution: String) -> APIError {
    .badRequest("\(error). Help: \(solution)")
  }

  private func number(_ path: String...) -> Int? {
    var value = JSONValue.object(limits)
    for name in path {
      guard case .object(let object) = value, let member = object[name] else { return nil }
      value = member
    }
    if case .integer(let number) = value { return Int(number) }
    return nil
  }
}

import JSONCodec
import Kindred

extension Call {
  /// The collection, after the checks that every read has to pass.
  /// - Parameters:
  ///   - cost: what the read takes of the collection's rate, see `RequestCost.swift`.
  ///   - check: further checks, where the collection is strict.
  func readable(
    cost: @autoclosure () -> Int = 1, _ check: (StrictMode) throws -> Void = { _ in }
  ) throws -> CollectionView {
    try checkReadParameters()
    let collection = try collection
    if isBrief, collection.pointCount > BriefReads.pointCount { throw NotBrief() }
    guard let strictMode = StrictMode(collection.configuration) else { return collection }
    if let timeout = query("timeout").flatMap(UInt64.init) {
      try strictMode.check(timeoutSeconds: Int(clamping: timeout))
    }
    try check(strictMode)
    if let limit = strictMode.readRateLimit {
      if isBrief { throw NotBrief() }
      try take(cost(), .read, limit, of: collection, strictMode)
    }
    return collection
  }

  /// Refuses operations that the collection's strict mode does not allow.
  /// - Parameter newPointCount: points that operations make which otherwise make none.
  func checkWritable(_ operations: [PointUpdate], newPointCount: Int = 0) throws {
    let collection = try collection
    guard let strictMode = StrictMode(collection.configuration) else { return }
    for operation in operations {
      try strictMode.check(operation, on: collection)
    }
    if newPointCount > 0 { try strictMode.checkPointCount(of: collection) }
    if let limit = strictMode.writeRateLimit {
      var cost = 0
      for operation in operations { cost += try operation.rateCost(in: collection) }
      try take(max(1, cost), .write, limit, of: collection, strictMode)
    }
  }

  private func take(
    _ cost: Int, _ kind: RateLimiter.Kind, _ limit: Int, of collection: CollectionView,
    _ strictMode: StrictMode
  ) throws(APIError) {
    let bucket = RateLimiter.BucketKey(collection: collection.identity, kind: kind)
    try daemon.rateLimiter.take(cost, from: bucket, limit: limit, under: strictMode.limits)
  }
}

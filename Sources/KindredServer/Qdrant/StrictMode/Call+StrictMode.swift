import JSONCodec
import Kindred

extension Call {
  /// The collection, after the checks that every read has to pass.
  /// - Parameter check: further ones, where the collection is strict.
  func readable(
    cost: Int = 1, _ check: (StrictMode) throws -> Void = { _ in }
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
      try daemon.rateLimiter.take(.read, of: collection.name, limit: limit, cost: cost)
    }
    return collection
  }

  /// Refuses operations that the collection's strict mode does not allow.
  func checkWritable(_ operations: [UpdateOperation]) throws {
    let collection = try collection
    guard let strictMode = StrictMode(collection.configuration) else { return }
    for operation in operations {
      try strictMode.check(operation, on: collection)
    }
    if let limit = strictMode.writeRateLimit {
      try daemon.rateLimiter.take(
        .write, of: collection.name, limit: limit, cost: max(1, operations.count))
    }
  }
}

import SparseIndex

/// What a batch in the log can say. Replaying the operations in order repeats what happened.
package enum LogOperation: Equatable, Sendable {
  /// Changes to the points of one collection.
  case points(collection: UInt64, [PointOperation])
  case createCollection(
    identity: UInt64, name: String, configuration: CollectionConfiguration)
  case dropCollection(identity: UInt64)
  case setConfiguration(identity: UInt64, configuration: CollectionConfiguration)
  /// Replaces all aliases: alias → collection name.
  case setAliases([ByteString: ByteString])
}

extension LogOperation {
  /// About what it takes in the log before compression.
  var approximateByteCount: Int {
    guard case .points(_, let operations) = self else { return 0 }
    return operations.reduce(0) { $0 + $1.approximateByteCount }
  }
}

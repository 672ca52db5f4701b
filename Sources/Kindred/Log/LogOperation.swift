import SparseIndex

/// An operation in the log. Replaying the operations in order repeats what happened.
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
  /// About how many bytes it takes in the log before compression; payloads are not looked into.
  var approximateByteCount: Int {
    guard case .points(_, let operations) = self else { return 0 }
    return operations.reduce(0) { sum, operation in
      switch operation {
      case .upsert(let point):
        point.vectors.values.reduce(sum + 16 + point.payload.count * 32) {
          $0 + $1.numberByteCount
        }
      case .delete: sum + 16
      case .patch(let patch): sum + 24 + patch.entries.count * 8 + patch.removed.count * 4
      }
    }
  }

  /// Whether this only removes, so that a full disk is no reason to refuse it.
  var onlyRemoves: Bool {
    switch self {
    case .dropCollection: true
    case .points(_, let operations):
      operations.allSatisfy { if case .delete = $0 { true } else { false } }
    default: false
    }
  }
}

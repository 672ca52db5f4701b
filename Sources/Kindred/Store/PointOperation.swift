import JSONCodec

/// One change to one point. A batch of them is applied whole or not at all.
public enum PointOperation: Equatable, Sendable {
  /// Inserts the point, or replaces the whole point of that id.
  case upsert(Point)
  /// Removes the point if it exists.
  case delete(PointID)
  /// Sets and removes single entries of a sparse vector.
  case patch(SparseVectorPatch)

  /// The point that is changed.
  public var id: PointID {
    switch self {
    case .upsert(let point): point.id
    case .delete(let id): id
    case .patch(let patch): patch.id
    }
  }

  /// About what the operation takes in memory.
  var approximateByteCount: Int {
    switch self {
    case .upsert(let point):
      point.vectors.values.reduce(64 + point.payload.memoryByteCount) {
        $0 + $1.numberByteCount
      }
    case .delete: 32
    case .patch(let patch): 96 + patch.entries.count * 8 + patch.removed.count * 4
    }
  }

  var isPatch: Bool { if case .patch = self { true } else { false } }
}

package import Kindred

/// The contents that a collection must have: the plainest possible store.
package struct StoreModel: Equatable, Sendable {
  package var points: [PointID: Point] = [:]
  /// Points that were live in two segments of a view. Always empty, or the store is wrong; as part
  /// of the value it makes the model unequal to every right one.
  package private(set) var liveTwice: Set<PointID> = []

  package init() {}

  package mutating func apply(_ operations: [PointOperation]) {
    for operation in operations {
      switch operation {
      case .upsert(let point): points[point.id] = point
      case .delete(let id): points[id] = nil
      case .patch(let patch): apply(patch)
      }
    }
  }

  private mutating func apply(_ patch: SparseVectorPatch) {
    guard points[patch.id] != nil || patch.entries.count > 0 else { return }
    var point = points[patch.id] ?? Point(id: patch.id)
    var weights: [UInt32: Float]?
    if case .sparse(let vector)? = point.vectors[patch.vectorName] {
      weights = Dictionary(uniqueKeysWithValues: zip(vector.dimensions, vector.weights))
    }
    for dimension in patch.removed { weights?[dimension] = nil }
    for (dimension, weight) in zip(patch.entries.dimensions, patch.entries.weights) {
      weights = weights ?? [:]
      weights?[dimension] = weight
    }
    if let sorted = weights?.sorted(by: { $0.key < $1.key }) {
      point.vectors[patch.vectorName] = .sparse(
        SparseVector(ascending: sorted.map(\.key), weights: sorted.map(\.value)))
    }
    points[patch.id] = point
  }

  /// Reads everything live out of a view.
  package init(_ view: CollectionView) {
    for live in view.segments {
      for offset in 0..<live.segment.pointCount where live.deleted?[offset] != true {
        let point = live.segment.point(at: offset)
        if points.updateValue(point, forKey: point.id) != nil { liveTwice.insert(point.id) }
      }
    }
  }
}

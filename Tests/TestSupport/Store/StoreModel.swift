package import Kindred

/// What a collection must hold: the plainest possible store.
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
      }
    }
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

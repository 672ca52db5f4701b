import SparseIndex
import StorageIO

/// The outcome of a list of operations: the last version of each point, as a segment in memory.
struct Run: Sendable {
  /// Every point that the operations touch, ascending.
  let ids: [PointID]
  /// The points that exist afterwards; nil when there is none.
  let segment: Segment?

  /// - Parameter operations: checked against the configuration; later ones win.
  init(
    _ operations: [PointOperation], configuration: CollectionConfiguration, collection: UInt64
  ) throws(StorageError) {
    let latest = LatestVersions(operations)
    ids = latest.ids
    if latest.points.isEmpty {
      segment = nil
    } else {
      segment = try MemorySegment.build(
        latest.points, configuration: configuration, collection: collection)
    }
  }
}

/// The outcome of a list of operations: each id once, and the points that exist afterwards.
private struct LatestVersions {
  /// Ascending.
  var ids: [PointID] = []
  /// Ascending by id.
  var points: [Point] = []

  init(_ operations: [PointOperation]) {
    ids.reserveCapacity(operations.count)
    points.reserveCapacity(operations.count)
    var order = Array(operations.indices)
    let allIDs = operations.map(\.id)
    let ascends = zip(allIDs, allIDs.dropFirst()).allSatisfy { $0 < $1 }
    if !ascends {
      order.sort { (allIDs[$0], $0) < (allIDs[$1], $1) }
    }
    for (rank, index) in order.enumerated() {
      let isLatest = rank + 1 == order.count || allIDs[order[rank + 1]] != allIDs[index]
      guard isLatest else { continue }
      ids.append(allIDs[index])
      if case .upsert(let point) = operations[index] { points.append(point) }
    }
  }
}

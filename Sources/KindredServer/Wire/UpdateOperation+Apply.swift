import JSONCodec
import Kindred

extension UpdateOperation {
  /// Makes the change, durable when this returns.
  /// - Returns: the batch's sequence number.
  func apply(to name: String, of store: Store) async throws(StoreError) -> UInt64 {
    switch self {
    case .upsert(let body) where body.mode == .upsert && body.updateFilter == nil:
      return try await store.upsert(body.points, into: name)
    case .delete(.ids(let ids)):
      return try await store.delete(ids, from: name)
    default:
      var number: UInt64 = 0
      for part in try parts(on: store.collection(name)) {
        number = try await store.write(to: name) { snapshot throws(StoreError) in
          try part.operations(on: snapshot)
        }
      }
      return number
    }
  }

  /// Points that a filter selects for one batch.
  private static let partPointCount = 4096

  /// What changes many points by a filter is done in parts, each atomic: so do batches stay small,
  /// and other writes come in between.
  private func parts(on snapshot: CollectionSnapshot) throws(StoreError) -> [UpdateOperation] {
    guard case .filter(let filter)? = selection,
      try snapshot.count(filter) > Self.partPointCount
    else { return [self] }
    let (records, _) = try snapshot.scroll(
      limit: snapshot.pointCount, filter: filter, payload: .none)
    let ids = records.map(\.id)
    return stride(from: 0, to: ids.count, by: Self.partPointCount).map { start in
      let part = Array(ids[start..<min(ids.count, start + Self.partPointCount)])
      return selecting(.filter(Filter(must: [.hasID(part), .filter(filter)])))
    }
  }

  /// What it comes to, given the points as they are.
  private func operations(on snapshot: CollectionSnapshot) throws(StoreError) -> [PointOperation] {
    switch self {
    case .upsert(let body): return try Self.upserts(body, snapshot)
    case .delete(let selection):
      return try Self.points(selection, snapshot, mustExist: false).map { .delete($0.id) }
    case .setPayload(let payload, let key, let selection):
      return try Self.changing(selection, snapshot) { point in
        if let key { point.payload.merge(payload, at: key) } else { point.payload.merge(payload) }
      }
    case .overwritePayload(let payload, let selection):
      return try Self.changing(selection, snapshot) { $0.payload = payload }
    case .deletePayload(let keys, let selection):
      return try Self.changing(selection, snapshot) { point in
        for key in keys { point.payload.removeValues(at: key) }
      }
    case .clearPayload(let selection):
      return try Self.changing(selection, snapshot) { $0.payload = [:] }
    case .updateVectors(let updates, let filter):
      return try Self.vectorUpdates(updates, filter, snapshot)
    case .deleteVectors(let names, let selection):
      for name in names
      where snapshot.configuration.sparseVectors[name] == nil
        && snapshot.configuration.denseVectors[name] == nil
      {
        throw .vectorNotFound(name)
      }
      return try Self.changing(selection, snapshot) { point in
        for name in names { point.vectors[name] = nil }
      }
    }
  }

  private static func upserts(_ body: UpsertBody, _ snapshot: CollectionSnapshot)
    throws(StoreError) -> [PointOperation]
  {
    let ids = body.points.map(\.id)
    let existing = Set(try snapshot.retrieve(ids, payload: .none).map(\.id))
    let matching: Set<PointID>
    if let filter = body.updateFilter {
      matching = try passing(filter, ids, snapshot)
    } else {
      matching = existing
    }
    return body.points.compactMap { point in
      guard existing.contains(point.id) else {
        return body.mode == .updateOnly ? nil : .upsert(point)
      }
      return body.mode != .insertOnly && matching.contains(point.id) ? .upsert(point) : nil
    }
  }

  private static func vectorUpdates(
    _ updates: [(id: PointID, vectors: [ByteString: VectorValue])], _ filter: Filter?,
    _ snapshot: CollectionSnapshot
  ) throws(StoreError) -> [PointOperation] {
    var ids = updates.map(\.id)
    if let filter {
      let matching = try passing(filter, ids, snapshot)
      ids = ids.filter(matching.contains)
    }
    var points: [PointID: Point] = [:]
    for point in try Self.points(.ids(ids), snapshot, mustExist: true) { points[point.id] = point }
    for (id, vectors) in updates {
      for (name, vector) in vectors { points[id]?.vectors[name] = vector }
    }
    return points.values.map { .upsert($0) }
  }

  private static func passing(
    _ filter: Filter, _ ids: [PointID], _ snapshot: CollectionSnapshot
  ) throws(StoreError) -> Set<PointID> {
    let both = Filter(must: [.hasID(ids), .filter(filter)])
    let (records, _) = try snapshot.scroll(limit: max(1, ids.count), filter: both, payload: .none)
    return Set(records.map(\.id))
  }

  private static func changing(
    _ selection: PointSelection, _ snapshot: CollectionSnapshot, _ change: (inout Point) -> Void
  ) throws(StoreError) -> [PointOperation] {
    try points(selection, snapshot, mustExist: true).map { point in
      var point = point
      change(&point)
      return .upsert(point)
    }
  }

  /// The points selected, whole.
  private static func points(
    _ selection: PointSelection, _ snapshot: CollectionSnapshot, mustExist: Bool
  ) throws(StoreError) -> [Point] {
    let records: [Record]
    switch selection {
    case .ids(let ids):
      records = try snapshot.retrieve(ids, payload: .all, vectors: .all)
      if mustExist, records.count < Set(ids).count {
        let found = Set(records.map(\.id))
        if let missing = ids.first(where: { !found.contains($0) }) { throw .pointNotFound(missing) }
      }
    case .filter(let filter):
      records = try snapshot.scroll(
        limit: max(1, snapshot.pointCount), filter: filter, payload: .all, vectors: .all
      ).records
    }
    return records.map { Point(id: $0.id, vectors: $0.vectors ?? [:], payload: $0.payload ?? [:]) }
  }
}

extension Call {
  /// Makes one change and answers how it went.
  func update(_ operation: UpdateOperation) async throws -> Answer {
    let waits = try waits()
    let store = try store
    try checkWritable([operation])
    do {
      let sequenceNumber = try await operation.apply(to: collectionName, of: store)
      return .written(sequenceNumber, waited: waits)
    } catch StoreError.pointNotFound where !waits {
      // Who does not wait is not told, as in Qdrant; nothing was changed.
      return .written(store.statistics.lastSequenceNumber, waited: false)
    }
  }
}

import JSONCodec
import SparseIndex

/// Making changes: every one but the plainest depends on the points as they are, and is made part by
/// part (`write(_:passing:to:for:_:)`).
extension Store {
  /// Makes the change, durable when this returns.
  /// - Parameter context: whether somebody waits for it.
  /// - Returns: the last batch's sequence number.
  /// - Throws: `.pointNotFound` for an id of a selection that is not there, before anything is changed;
  ///   `.incomplete` when the change was interrupted between two parts.
  @discardableResult
  public func apply(
    _ update: PointUpdate, to name: String, for context: ReadContext = .unlimited
  ) async throws(StoreError) -> UInt64 {
    switch update {
    case .upsert(let upsert) where upsert.mode == .upsert && upsert.updateFilter == nil:
      return try await self.upsert(upsert.points, into: name)
    case .upsert(let upsert): return try await write(upsert, to: name, for: context)
    case .delete(.ids(let ids)): return try await delete(ids, from: name, for: context)
    case .delete(.filter(let filter)):
      return try await write(pointsPassing: filter, to: name, for: context) { .delete($1.id) }
    case .setPayload(_, _, let selection), .overwritePayload(_, let selection),
      .deletePayload(_, let selection), .clearPayload(let selection):
      return try await change(selection, of: name, for: context, update.payloadChange)
    case .updateVectors(let updates, let filter):
      return try await updateVectors(updates, passing: filter, of: name, for: context)
    case .deleteVectors(let names, let selection):
      let configuration = try collection(name).configuration
      for name in names
      where configuration.sparseVectors[name] == nil && configuration.denseVectors[name] == nil {
        throw .vectorNotFound(name)
      }
      return try await change(selection, of: name, for: context) { point in
        for name in names { point.vectors[name] = nil }
      }
    }
  }

  private func write(
    _ upsert: PointUpsert, to name: String, for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    let (points, mode) = (upsert.points, upsert.mode)
    return try await write(
      points.map(\.id), passing: upsert.updateFilter, to: name, for: context
    ) { index, found in
      guard found.exists else { return mode == .updateOnly ? nil : .upsert(points[index]) }
      return mode != .insertOnly && found.passes ? .upsert(points[index]) : nil
    }
  }

  private func delete(
    _ ids: [PointID], from name: String, for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    guard ids.count > Deletion.pointCount else { return try await delete(ids, from: name) }
    var number: UInt64 = 0
    for start in stride(from: 0, to: ids.count, by: Deletion.pointCount) {
      do throws(StoreError) {
        try context.check()
        let part = ids[start..<min(ids.count, start + Deletion.pointCount)]
        number = try await delete(Array(part), from: name)
      } catch {
        throw start == 0 ? error : .incomplete(error, writtenPointCount: start)
      }
    }
    return number
  }

  /// Makes one change of several entries for one point.
  private func updateVectors(
    _ updates: [(id: PointID, vectors: [ByteString: VectorValue])], passing filter: Filter?,
    of name: String, for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    var vectors: [PointID: [ByteString: VectorValue]] = [:]
    var ids: [PointID] = []
    for update in updates {
      if vectors[update.id] == nil { ids.append(update.id) }
      vectors[update.id, default: [:]].merge(update.vectors) { $1 }
    }
    if filter == nil { try checkExistence(of: ids, in: name, for: context) }
    return try await write(ids, passing: filter, to: name, for: context) {
      [vectors] _, found throws(StoreError) in
      guard found.passes else { return nil }
      guard var point = try found.read() else { throw .pointNotFound(found.id) }
      point.vectors.merge(vectors[found.id] ?? [:]) { $1 }
      return .upsert(point)
    }
  }

  private func change(
    _ selection: PointSelection, of name: String, for context: ReadContext,
    _ change: @escaping ChangeOfPoint
  ) async throws(StoreError) -> UInt64 {
    let changed: PointChange = { _, found throws(StoreError) in
      guard var point = try found.read() else { throw .pointNotFound(found.id) }
      try change(&point)
      return .upsert(point)
    }
    switch selection {
    case .filter(let filter):
      return try await write(pointsPassing: filter, to: name, for: context, changed)
    case .ids(let ids):
      // A point that is named several times is changed once.
      var seen: Set<PointID> = []
      let unique = ids.filter { seen.insert($0).inserted }
      try checkExistence(of: unique, in: name, for: context)
      return try await write(unique, to: name, for: context, changed)
    }
  }

  /// Refuses a change before its first part where a point is missing. (One that goes missing later
  /// interrupts it.)
  private func checkExistence(
    of ids: [PointID], in name: String, for context: ReadContext
  ) throws(StoreError) {
    let records = try collection(name, for: context).retrieve(ids, payload: .none)
    guard records.count < ids.count else { return }
    let found = Set(records.map(\.id))
    if let missing = ids.first(where: { !found.contains($0) }) { throw .pointNotFound(missing) }
  }
}

private enum Deletion {
  /// Ids that are deleted in one batch.
  static let pointCount = 1 << 16
}

private typealias ChangeOfPoint = @Sendable (inout Point) throws(StoreError) -> Void

// MARK: Several at once

/// Changes of the payloads of the same points, one after the other in a list, are made in one pass over
/// the points: each is read and written once.
extension Store {
  /// Makes changes that `PointUpdate.passCount(from:)` has counted.
  package func apply(
    _ updates: ArraySlice<PointUpdate>, to name: String, for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    guard let first = updates.first else { return lastSequenceNumber }
    guard updates.count > 1, let selection = first.payloadSelection else {
      return try await apply(first, to: name, for: context)
    }
    let changes = updates.map(\.payloadChange)
    return try await change(selection, of: name, for: context) { point throws(StoreError) in
      for change in changes { try change(&point) }
    }
  }
}

extension PointUpdate {
  /// Changes in one pass: more would make others wait too long for a single point.
  private static let passCount = 64

  /// How many changes, at least one, can be made in one pass from the first on.
  package static func passCount(from updates: ArraySlice<PointUpdate>) -> Int {
    guard let first = updates.first, let selection = first.payloadSelection else { return 1 }
    let others = updates.dropFirst().prefix(passCount - 1)
    return 1
      + others.prefix { $0.payloadSelection.map(selection.isCertainlySame) ?? false }.count
  }

  /// The points whose payloads it changes; nil where it does more.
  fileprivate var payloadSelection: PointSelection? {
    switch self {
    case .setPayload(_, _, let selection), .overwritePayload(_, let selection),
      .deletePayload(_, let selection), .clearPayload(let selection):
      selection
    default: nil
    }
  }

  /// The change to a point where it changes payloads only; else one that does nothing.
  fileprivate var payloadChange: ChangeOfPoint {
    switch self {
    case .setPayload(let payload, let key, _):
      let size = payload.memoryByteCount
      return { point throws(StoreError) in
        guard let key else { return point.payload.merge(payload) }
        let (growth, isTooLarge) = size.multipliedReportingOverflow(
          by: point.payload.placeCount(at: key))
        guard !isTooLarge, growth <= StoreLimits.pointByteCount else {
          throw .tooLarge(
            "`\(key)` leads to so many places in point \(point.id) that the payload would take more "
              + "than the \(StoreLimits.pointByteCount) bytes that a point may")
        }
        point.payload.merge(payload, at: key)
      }
    case .overwritePayload(let payload, _): return { $0.payload = payload }
    case .deletePayload(let keys, _):
      let paths = JSONPathTree(keys)
      return { $0.payload.removeValues(at: paths) }
    case .clearPayload: return { $0.payload = [:] }
    default: return { _ in }
    }
  }
}

extension PointSelection {
  /// Whether it is the same points as the other's, whatever their payloads are.
  fileprivate func isCertainlySame(as other: PointSelection) -> Bool {
    switch (self, other) {
    case (.ids(let left), .ids(let right)): left == right
    case (.filter(let left), .filter(let right)): left.isUnconstrained && right.isUnconstrained
    default: false
    }
  }
}

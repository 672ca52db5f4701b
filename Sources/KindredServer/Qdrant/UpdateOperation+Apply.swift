import JSONCodec
import Kindred

/// Applying: every change but the plainest depends on the points as they are, and is made part by part
/// (`Store.write(_:passing:to:for:_:)`).
extension UpdateOperation {
  /// Makes the change, durable when this returns.
  /// - Parameter context: whether somebody waits for it.
  /// - Returns: the last batch's sequence number.
  /// - Throws: `.incomplete` when the change was interrupted between two parts.
  func apply(
    to name: String, of store: Store, for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    switch self {
    case .upsert(let body) where body.mode == .upsert && body.updateFilter == nil:
      return try await store.upsert(body.points, into: name)
    case .upsert(let body):
      return try await Self.upsert(body, name, store, context)
    case .delete(.ids(let ids)):
      return try await Self.delete(ids, name, store, context)
    case .delete(.filter(let filter)):
      return try await store.write(pointsPassing: filter, to: name, for: context) {
        .delete($1.id)
      }
    case .setPayload(_, _, let selection), .overwritePayload(_, let selection),
      .deletePayload(_, let selection), .clearPayload(let selection):
      return try await Self.change(selection, name, store, context, payloadChange)
    case .updateVectors(let updates, let filter):
      return try await Self.update(updates, filter, name, store, context)
    case .deleteVectors(let names, let selection):
      let configuration = try store.collection(name).configuration
      for name in names
      where configuration.sparseVectors[name] == nil && configuration.denseVectors[name] == nil {
        throw .vectorNotFound(name)
      }
      return try await Self.change(selection, name, store, context) { point in
        for name in names { point.vectors[name] = nil }
      }
    }
  }

  /// The change to a point where the operation changes payloads only; else one that does nothing.
  private var payloadChange: ChangeOfPoint {
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

  private typealias ChangeOfPoint = @Sendable (inout Point) throws(StoreError) -> Void

  private static func upsert(
    _ body: UpsertBody, _ name: String, _ store: Store, _ context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    let (points, mode) = (body.points, body.mode)
    return try await store.write(
      points.map(\.id), passing: body.updateFilter, to: name, for: context
    ) { index, found in
      guard found.exists else { return mode == .updateOnly ? nil : .upsert(points[index]) }
      return mode != .insertOnly && found.passes ? .upsert(points[index]) : nil
    }
  }

  /// Ids that are deleted in one batch.
  private static let deletionCount = 1 << 16

  private static func delete(
    _ ids: [PointID], _ name: String, _ store: Store, _ context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    guard ids.count > deletionCount else { return try await store.delete(ids, from: name) }
    var number: UInt64 = 0
    for start in stride(from: 0, to: ids.count, by: deletionCount) {
      do throws(StoreError) {
        try context.check()
        let part = ids[start..<min(ids.count, start + deletionCount)]
        number = try await store.delete(Array(part), from: name)
      } catch {
        throw start == 0 ? error : .incomplete(error, writtenPointCount: start)
      }
    }
    return number
  }

  /// Makes one change of several entries for one point.
  private static func update(
    _ updates: [(id: PointID, vectors: [ByteString: VectorValue])], _ filter: Filter?,
    _ name: String,
    _ store: Store, _ context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    var vectors: [PointID: [ByteString: VectorValue]] = [:]
    var ids: [PointID] = []
    for update in updates {
      if vectors[update.id] == nil { ids.append(update.id) }
      vectors[update.id, default: [:]].merge(update.vectors) { $1 }
    }
    if filter == nil { try checkExistence(ids, name, store, context) }
    return try await store.write(ids, passing: filter, to: name, for: context) {
      [vectors] _, found throws(StoreError) in
      guard found.passes else { return nil }
      guard var point = try found.read() else { throw .pointNotFound(found.id) }
      point.vectors.merge(vectors[found.id] ?? [:]) { $1 }
      return .upsert(point)
    }
  }

  private static func change(
    _ selection: PointSelection, _ name: String, _ store: Store, _ context: ReadContext,
    _ change: @escaping ChangeOfPoint
  ) async throws(StoreError) -> UInt64 {
    let changed: PointChange = { _, found throws(StoreError) in
      guard var point = try found.read() else { throw .pointNotFound(found.id) }
      try change(&point)
      return .upsert(point)
    }
    switch selection {
    case .filter(let filter):
      return try await store.write(pointsPassing: filter, to: name, for: context, changed)
    case .ids(let ids):
      // A point that is named several times is changed once.
      var seen: Set<PointID> = []
      let unique = ids.filter { seen.insert($0).inserted }
      try checkExistence(unique, name, store, context)
      return try await store.write(unique, to: name, for: context, changed)
    }
  }

  /// Refuses a change before its first part where a point is missing. (One that goes missing later
  /// interrupts it.)
  private static func checkExistence(
    _ ids: [PointID], _ name: String, _ store: Store, _ context: ReadContext
  ) throws(StoreError) {
    let records = try store.collection(name, for: context).retrieve(ids, payload: .none)
    guard records.count < ids.count else { return }
    let found = Set(records.map(\.id))
    if let missing = ids.first(where: { !found.contains($0) }) { throw .pointNotFound(missing) }
  }
}

// MARK: Several at once

/// Changes of the payloads of the same points, one after the other in a list, are made in one pass over
/// the points: each is read and written once.
extension UpdateOperation {
  /// Changes in one pass: more would make others wait too long for a single point.
  private static let passCount = 64

  /// How many operations, at least one, can be made in one pass from the first on.
  static func passCount(from operations: ArraySlice<UpdateOperation>) -> Int {
    guard let first = operations.first, let selection = first.payloadSelection else { return 1 }
    let others = operations.dropFirst().prefix(passCount - 1)
    return 1
      + others.prefix { $0.payloadSelection.map(selection.isCertainlySame) ?? false }.count
  }

  /// Makes changes that `passCount(from:)` has counted.
  static func apply(
    _ operations: ArraySlice<UpdateOperation>, to name: String, of store: Store,
    for context: ReadContext
  ) async throws(StoreError) -> UInt64 {
    guard let first = operations.first else { return store.lastSequenceNumber }
    guard operations.count > 1, let selection = first.payloadSelection else {
      return try await first.apply(to: name, of: store, for: context)
    }
    let changes = operations.map(\.payloadChange)
    return try await change(selection, name, store, context) { point throws(StoreError) in
      for change in changes { try change(&point) }
    }
  }

  /// The points whose payloads it changes; nil where it does more.
  private var payloadSelection: PointSelection? {
    switch self {
    case .setPayload(_, _, let selection), .overwritePayload(_, let selection),
      .deletePayload(_, let selection), .clearPayload(let selection):
      selection
    default: nil
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

extension Call {
  /// Makes one change and answers how it went.
  func update(_ operation: UpdateOperation) async throws -> Answer {
    let (sequenceNumber, waited) = try await make(operation)
    return .written(sequenceNumber, waited: waited)
  }

  /// Makes one change.
  /// - Returns: the last batch's sequence number, and whether the client asked to wait.
  func make(_ operation: UpdateOperation) async throws -> (sequenceNumber: UInt64, waited: Bool) {
    let waits = try waits()
    let store = try store
    try checkWritable([operation])
    do {
      let sequenceNumber = try await operation.apply(
        to: collectionName, of: store, for: context)
      return (sequenceNumber, waits)
    } catch StoreError.pointNotFound where !waits {
      // A client that does not wait is not told, as in Qdrant; nothing was changed.
      return (store.lastSequenceNumber, false)
    }
  }
}

import SparseIndex

/// Operations on the points of one collection that are in the log and not in the state yet: together
/// they become one run. Patches are resolved as they come, to whole points.
struct PendingOperations {
  /// No patches.
  private(set) var operations: [PointOperation] = []
  /// Where the last operation on a point is, of the first `indexedCount` operations.
  private var indexes: [PointID: Int] = [:]
  private var indexedCount = 0
  /// The collection as patches find it.
  private var view: CollectionView?

  /// - Parameter collection: with everything that came before these operations.
  /// - Returns: about how many bytes of memory the points take that patches have been resolved to.
  /// - Throws: where a patch would make a vector too long, the patched points take too much, or a
  ///   segment is damaged; nothing is added then.
  @discardableResult
  mutating func add(
    _ added: [PointOperation], to collection: CollectionState
  ) throws(StoreError) -> Int {
    guard added.contains(where: \.isPatch) else {
      operations += added
      return 0
    }
    let countBefore = operations.count
    var replaced: [(index: Int, operation: PointOperation)] = []
    do throws(StoreError) {
      return try append(added, to: collection, replaced: &replaced, isNew: true)
    } catch {
      for (index, operation) in replaced.reversed() { operations[index] = operation }
      operations.removeSubrange(countBefore...)
      (indexes, indexedCount) = ([:], 0)
      throw error
    }
  }

  /// Adds what has been added once, before a restart. Patches that would make a vector too long, which
  /// can only be in a log that has been damaged, are passed over.
  /// - Returns: see `add`.
  mutating func addAgain(_ added: [PointOperation], to collection: CollectionState) -> Int {
    guard added.contains(where: \.isPatch) else {
      operations += added
      return 0
    }
    var replaced: [(index: Int, operation: PointOperation)] = []
    return (try? append(added, to: collection, replaced: &replaced, isNew: false)) ?? 0
  }

  private mutating func append(
    _ added: [PointOperation], to collection: CollectionState,
    replaced: inout [(index: Int, operation: PointOperation)], isNew: Bool
  ) throws(StoreError) -> Int {
    let view = viewForPatches(of: collection)
    var byteCount = 0
    for operation in added {
      guard case .patch(let patch) = operation else {
        operations.append(operation)
        continue
      }
      let index = lastIndex(of: patch.id)
      let before = index.map { operations[$0].upserted } ?? view.point(patch.id)
      if before == nil, patch.entries.count == 0 { continue }
      let point = patch.applied(to: before)
      guard patch.fits(point) else {
        if !isNew { continue }
        throw .invalid(
          "a sparse vector can have \(StoreLimits.sparseValueCount) values, and that of point "
            + "\(patch.id) would have more")
      }
      let upsert = PointOperation.upsert(point)
      byteCount += upsert.approximateByteCount
      guard !isNew || byteCount <= StoreLimits.patchedByteCount || added.count == 1 else {
        throw .tooLarge(
          "the points that are patched take more than \(StoreLimits.patchedByteCount) bytes: patch "
            + "fewer at a time")
      }
      // A patch takes the place of the point's last one, so that many take no more room than one.
      if let index {
        if isNew { replaced.append((index, operations[index])) }
        operations[index] = upsert
      } else {
        operations.append(upsert)
      }
    }
    // A replay looks for damage at its end.
    if isNew { try view.checkContext() }
    return byteCount
  }

  /// The view that patches of the collection are made from; the first of several requests makes it.
  private mutating func viewForPatches(of collection: CollectionState) -> CollectionView {
    if let view, view.identity == collection.identity,
      view.contentVersion == collection.contentVersion
    {
      return view
    }
    let view = collection.view(sequenceNumber: 0)
    self.view = view
    return view
  }

  private mutating func lastIndex(of id: PointID) -> Int? {
    while indexedCount < operations.count {
      indexes[operations[indexedCount].id] = indexedCount
      indexedCount += 1
    }
    return indexes[id]
  }
}

extension PointOperation {
  fileprivate var upserted: Point? { if case .upsert(let point) = self { point } else { nil } }
}

extension SparseVectorPatch {
  fileprivate func fits(_ point: Point) -> Bool {
    guard case .sparse(let vector)? = point.vectors[vectorName] else { return true }
    return vector.count <= StoreLimits.sparseValueCount
  }
}

extension CollectionView {
  /// The whole point; nil when there is none.
  fileprivate func point(_ id: PointID) -> Point? {
    guard let place = place(of: id) else { return nil }
    let record = record(at: place, payload: .all, vectorNames: allVectorNames)
    return Point(id: id, vectors: record.vectors ?? [:], payload: record.payload ?? [:])
  }
}

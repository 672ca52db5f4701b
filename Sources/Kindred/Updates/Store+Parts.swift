import SparseIndex
import Synchronization

/// Decides what to write for the point found, which was asked for at `index`; nil writes nothing.
package typealias PointChange =
  @Sendable (_ index: Int, _ found: FoundPoint) throws(StoreError) -> PointOperation?

/// Changes of many points are made part by part. Each part is one atomic batch that sees every write
/// before it; other writes come in between, and each waits for one part at most. A change that fits one
/// part is atomic as a whole. Between parts the change stops when its context is over.
extension Store {
  /// Writes what `change` makes of the points of these ids.
  ///
  /// - Parameters:
  ///   - filter: what `FoundPoint.passes` tells.
  ///   - context: whether somebody waits for the change.
  /// - Returns: the last batch's sequence number.
  /// - Throws: `.incomplete` when parts have been written before the error.
  @discardableResult
  package func write(
    _ ids: [PointID], passing filter: Filter? = nil, to name: String,
    for context: ReadContext = .unlimited, _ change: @escaping PointChange
  ) async throws(StoreError) -> UInt64 {
    var progress = Progress(sequenceNumber: lastSequenceNumber)
    try await openSegments(of: name, progress, context)
    var start = 0
    while start < ids.count {
      try progress.check(context)
      let heldBefore = context.takenByteCount
      defer { context.giveBack(context.takenByteCount - heldBefore) }
      let page = Page(
        ids: Array(ids[start..<min(ids.count, start + Page.pointCount)]), firstIndex: start,
        filter: filter)
      start += try await write(page, to: name, &progress, context, change)
    }
    return progress.sequenceNumber
  }

  /// Writes what `change` makes of the points that pass the filter.
  @discardableResult
  package func write(
    pointsPassing filter: Filter, to name: String, for context: ReadContext = .unlimited,
    _ change: @escaping PointChange
  ) async throws(StoreError) -> UInt64 {
    var progress = Progress(sequenceNumber: lastSequenceNumber)
    try await openSegments(of: name, progress, context)
    var start: PointID?
    var index = 0
    // Where points are so large that a part holds few, few are looked up for the next.
    var pageCount = Page.pointCount
    repeat {
      try progress.check(context)
      // The memory that a part was made of is given back with it.
      let heldBefore = context.takenByteCount
      defer { context.giveBack(context.takenByteCount - heldBefore) }
      let (from, firstIndex, limit) = (start, index, pageCount)
      let (page, next) = try await reading(progress) { [self] () throws(StoreError) in
        let view = try collection(name).bound(to: context)
        let (records, next) = try view.scroll(
          from: from, limit: limit, filter: filter, payload: .none)
        let ids = records.map(\.id)
        let page = Page(
          ids: ids, firstIndex: firstIndex, filter: filter,
          known: Page.Known(
            passing: Set(ids), identity: view.identity, version: view.contentVersion))
        return (page, next)
      }
      let done = try await write(page, to: name, &progress, context) {
        index, found throws(StoreError) in
        guard found.passes else { return nil }
        return try change(index, found)
      }
      index += done
      pageCount = min(Page.pointCount, max(Page.minPointCount, done * 4))
      start = done < page.ids.count ? page.ids[done] : next
    } while start != nil
    return progress.sequenceNumber
  }

  /// Parts read whole points, while all other writes wait: what that needs is opened before.
  private func openSegments(
    of name: String, _ progress: Progress, _ context: ReadContext
  ) async throws(StoreError) {
    let view = try collection(name, for: context)
    guard !view.isOpen else { return }
    try await reading(progress) { () throws(StoreError) in try view.openAll() }
  }

  /// Points that are looked at for one part.
  private struct Page: Sendable {
    static let pointCount = 4096
    static let minPointCount = 64

    let ids: [PointID]
    let firstIndex: Int
    let filter: Filter?
    /// Which of them pass, as long as nobody changes the collection.
    var known: Known?

    struct Known: Sendable {
      let passing: Set<PointID>
      let identity: UInt64
      let version: Int

      func holds(for view: CollectionView) -> Bool {
        view.identity == identity && view.contentVersion == version
      }
    }

    /// - Throws: `.timedOut` when that takes longer than the view's context allows.
    func passing(in view: CollectionView) throws(StoreError) -> Set<PointID> {
      guard let filter, !ids.isEmpty else { return [] }
      let both = Filter(must: [.hasID(ids), .filter(filter)])
      let (records, _) = try view.scroll(limit: ids.count, filter: both, payload: .none)
      return Set(records.map(\.id))
    }
  }

  private struct Progress {
    var sequenceNumber: UInt64
    var pointCount = 0

    func check(_ context: ReadContext) throws(StoreError) {
      do throws(StoreError) { try context.check() } catch { throw failure(error) }
    }

    func failure(_ error: StoreError) -> StoreError {
      pointCount == 0 ? error : .incomplete(error, writtenPointCount: pointCount)
    }
  }

  private func reading<R: Sendable>(
    _ progress: Progress, _ body: @escaping @Sendable () throws(StoreError) -> R
  ) async throws(StoreError) -> R {
    do throws(StoreError) { return try await onOwnThread(body) } catch {
      throw progress.failure(error)
    }
  }

  /// How long a filter may be looked at while all writes wait.
  private static let filterDuration = Duration.milliseconds(250)
  private static let attemptCount = 10

  /// Writes one part.
  ///
  /// The filter is evaluated where nobody waits for it, and once more with all writes waiting only if
  /// the collection has changed meanwhile.
  /// - Returns: how many of the page's points it has come to.
  private func write(
    _ page: Page, to name: String, _ progress: inout Progress, _ context: ReadContext,
    _ change: @escaping PointChange
  ) async throws(StoreError) -> Int {
    guard !page.ids.isEmpty else { return 0 }
    var page = page
    for _ in 0..<Self.attemptCount {
      if page.filter != nil, page.known == nil {
        page.known = try await reading(progress) { [self, page] () throws(StoreError) in
          let view = try collection(name).bound(to: context)
          return Page.Known(
            passing: try page.passing(in: view), identity: view.identity,
            version: view.contentVersion)
        }
      }
      let outcome = PartOutcome()
      do throws(StoreError) {
        let number = try await write(to: name) { [page] view throws(StoreError) in
          try Self.part(of: page, on: view, outcome, change)
        }
        if outcome.isDone {
          progress.sequenceNumber = number
          progress.pointCount += outcome.operationCount
          return outcome.count
        }
      } catch {
        throw progress.failure(error)
      }
      // Its filter took too long for a collection that others change.
      page.known = nil
      try progress.check(context)
    }
    throw progress.failure(
      .busy("the points change faster than the filter can be evaluated; try again"))
  }

  private static func part(
    of page: Page, on view: CollectionView, _ outcome: PartOutcome, _ change: PointChange
  ) throws(StoreError) -> [PointOperation] {
    var passing: Set<PointID> = []
    if let known = page.known, known.holds(for: view) {
      passing = known.passing
    } else if page.filter != nil {
      do throws(StoreError) {
        passing = try page.passing(
          in: view.bound(to: ReadContext(deadline: .now + filterDuration)))
      } catch .timedOut {
        return []
      }
    }
    let names = view.allVectorNames
    var part = WritePart()
    var count = 0
    for id in page.ids {
      if part.isFull && count > 0 { break }
      let place = view.place(of: id)
      var record: Record?
      let found = FoundPoint(
        id: id, exists: place != nil, passes: page.filter == nil || passing.contains(id)
      ) { () throws(StoreError) in
        record = place.map { view.record(at: $0, payload: .all, vectorNames: names) }
        return record.map { Point(id: id, vectors: $0.vectors ?? [:], payload: $0.payload ?? [:]) }
      }
      let operation = try change(page.firstIndex + count, found)
      if let record { part.count(reading: record) }
      // An operation that changes nothing need not be written.
      if let operation, !(record?.isLeftAsItIs(by: operation) ?? false) {
        try part.append(operation)
      }
      count += 1
    }
    outcome.set(count: count, operationCount: part.operations.count)
    return part.operations
  }
}

/// How far a part has come, told by the committer's thread.
private final class PartOutcome: Sendable {
  private let state = Mutex<(count: Int, operationCount: Int)?>(nil)

  func set(count: Int, operationCount: Int) { state.withLock { $0 = (count, operationCount) } }
  var isDone: Bool { state.withLock { $0 != nil } }
  var count: Int { state.withLock { $0?.count ?? 0 } }
  var operationCount: Int { state.withLock { $0?.operationCount ?? 0 } }
}

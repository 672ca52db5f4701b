import SparseIndex
import StorageIO

/// A collection as the committer sees it. A value: changing a copy leaves what readers hold alone.
struct CollectionState: Sendable {
  let identity: UInt64
  let name: String
  var configuration: CollectionConfiguration {
    didSet {
      configurationVersion += 1
      revision += 1
    }
  }
  /// Grows with every change of the configuration.
  private(set) var configurationVersion = 0
  /// The segment files and the runs of the memtable.
  var parts: [Part] = [] { didSet { revision += 1 } }
  /// Grows with every change.
  private(set) var revision = 0

  init(identity: UInt64, name: String, configuration: CollectionConfiguration) {
    self.identity = identity
    self.name = name
    self.configuration = configuration
  }

  var unsealedRuns: [Part] { parts.filter { $0.isRun && !$0.isSealed } }
  var runs: [Part] { parts.filter(\.isRun) }
  var files: [Part] { parts.filter { !$0.isRun } }
  var memtableByteCount: Int { parts.reduce(0) { $0 + ($1.isRun ? $1.byteCount : 0) } }
  var fileByteCount: Int { parts.reduce(0) { $0 + ($1.isRun ? 0 : $1.byteCount) } }

  /// Applies the operations in order: the last version of each point becomes a run of its own, and
  /// every older version is marked as deleted.
  mutating func apply(
    _ operations: [PointOperation], numbers: PartNumbers
  ) throws(StorageError) {
    let batch = LatestVersions(operations)
    delete(batch.ids)
    guard !batch.points.isEmpty else { return }
    let run = try SegmentImage.build(
      batch.points, configuration: configuration, collection: identity)
    parts.append(
      Part(number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(run)))
  }

  /// - Parameter ids: ascending, unique.
  private mutating func delete(_ ids: [PointID]) {
    for index in parts.indices { parts[index].delete(ids) }
    parts.removeAll {
      $0.isRun && !$0.isSealed && $0.live.deleted != nil && $0.live.livePointCount == 0
    }
  }

  /// Puts `output` in the place of the parts it was merged from.
  ///
  /// - Parameters:
  ///   - inputs: the parts as they were when the merge began.
  ///   - output: nil when none of their points was live.
  mutating func replace(_ inputs: [Part], with output: Part?) {
    let numbers = Set(inputs.map(\.number))
    if var output {
      output.delete(pointsDeletedSince: inputs, now: parts)
      parts.append(output)
    }
    parts.removeAll { numbers.contains($0.number) }
  }

  func snapshot(sequenceNumber: UInt64) -> CollectionSnapshot {
    CollectionSnapshot(
      name: name, identity: identity, configuration: configuration,
      segments: parts.map(\.live), sequenceNumber: sequenceNumber)
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

import SparseIndex
import StorageIO

/// A collection as the committer sees it. A value: changing a copy leaves what readers hold alone.
struct CollectionState: Sendable {
  let identity: UInt64
  /// Empty while the collection is being recovered from a snapshot: nobody sees it then.
  var name: String { didSet { revision += 1 } }
  var configuration: CollectionConfiguration {
    didSet {
      configurationVersion += 1
      revision += 1
      configurationByteCount = configuration.encoded.count
    }
  }
  /// As JSON.
  private(set) var configurationByteCount: Int
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
    configurationByteCount = configuration.encoded.count
  }

  var unsealedRuns: [Part] { parts.filter { $0.isRun && !$0.isSealed } }
  var runs: [Part] { parts.filter(\.isRun) }
  var files: [Part] { parts.filter { !$0.isRun } }
  var memtableByteCount: Int { parts.reduce(0) { $0 + ($1.isRun ? $1.byteCount : 0) } }
  var fileByteCount: Int { parts.reduce(0) { $0 + ($1.isRun ? 0 : $1.byteCount) } }

  /// Adds the run and marks every older version of its points, and the points it deletes, as
  /// deleted.
  mutating func apply(_ run: Run, numbers: PartNumbers) {
    delete(run.ids)
    guard let segment = run.segment else { return }
    parts.append(
      Part(number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(segment)))
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

import SparseIndex
import StorageIO

/// A collection as the committer sees it. A value: changing a copy leaves what readers hold alone.
struct CollectionState: Sendable {
  let identity: UInt64
  /// Empty while the collection is being imported from an archive: nobody sees it then.
  var name: String
  var configuration: CollectionConfiguration {
    didSet {
      configurationVersion += 1
      configurationByteCount = configuration.encoded.count
    }
  }
  /// The size of the configuration as JSON.
  private(set) var configurationByteCount: Int
  /// Grows with every change of the configuration.
  private(set) var configurationVersion = 0
  /// The segment files and the runs of the memtable.
  var segments: [StoredSegment] = []
  /// Grows with every change of the points; moving them between segments is not one.
  private(set) var contentVersion = 0
  private let caches = ViewCaches()

  init(identity: UInt64, name: String, configuration: CollectionConfiguration) {
    self.identity = identity
    self.name = name
    self.configuration = configuration
    configurationByteCount = configuration.encoded.count
  }

  var unsealedRuns: [StoredSegment] { segments.filter { $0.isRun && !$0.isSealed } }
  var runs: [StoredSegment] { segments.filter(\.isRun) }
  var files: [StoredSegment] { segments.filter { !$0.isRun } }
  var memtableByteCount: Int { memtable.byteCount }
  var memtable: MemtableFigures {
    var figures = MemtableFigures()
    for stored in segments where stored.isRun {
      figures.runCount += 1
      figures.byteCount += stored.byteCount
      if !stored.isSealed { figures.unsealedByteCount += stored.byteCount }
    }
    return figures
  }
  var fileByteCount: Int { segments.reduce(0) { $0 + ($1.isRun ? 0 : $1.byteCount) } }

  /// Adds the run and marks every older version of its points, and the points it deletes, as
  /// deleted.
  mutating func apply(_ run: Run, numbers: SegmentNumbers) {
    contentVersion += 1
    delete(run.ids)
    guard let segment = run.segment else { return }
    segments.append(
      StoredSegment(
        number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(segment)))
  }

  /// A flush is about to write the runs to a file.
  mutating func sealRuns() {
    for index in segments.indices where segments[index].isRun {
      segments[index].origin = .memory(isSealed: true)
    }
  }

  /// - Parameter ids: ascending, unique.
  private mutating func delete(_ ids: [PointID]) {
    for index in segments.indices { segments[index].delete(ids) }
    segments.removeAll {
      $0.isRun && !$0.isSealed && $0.live.deleted != nil && $0.live.livePointCount == 0
    }
  }

  /// Puts `output` in the place of the segments it was merged from.
  ///
  /// - Parameters:
  ///   - inputs: the segments as they were when the merge began.
  ///   - output: nil when none of their points was live.
  mutating func replace(_ inputs: [StoredSegment], with output: StoredSegment?) {
    caches.clear()
    let numbers = Set(inputs.map(\.number))
    if var output {
      output.delete(pointsDeletedSince: inputs, now: segments)
      segments.append(output)
    }
    segments.removeAll { numbers.contains($0.number) }
  }

  /// Leaves out a segment file that is damaged, and its points with it.
  mutating func leaveOut(_ number: UInt64) {
    contentVersion += 1
    caches.clear()
    segments.removeAll { $0.number == number }
  }

  func view(sequenceNumber: UInt64) -> CollectionView {
    CollectionView(
      name: name, identity: identity, configuration: configuration,
      segments: segments.map(\.live), sequenceNumber: sequenceNumber,
      contentVersion: contentVersion,
      caches: caches)
  }
}

/// Figures of memtables.
struct MemtableFigures: Sendable {
  var runCount = 0
  var byteCount = 0
  /// The bytes of the runs that no flush is writing.
  var unsealedByteCount = 0

  mutating func add(_ other: MemtableFigures) {
    runCount += other.runCount
    byteCount += other.byteCount
    unsealedByteCount += other.unsealedByteCount
  }

  mutating func subtract(_ other: MemtableFigures) {
    runCount -= other.runCount
    byteCount -= other.byteCount
    unsealedByteCount -= other.unsealedByteCount
  }
}

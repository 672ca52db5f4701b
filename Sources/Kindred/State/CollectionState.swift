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
  var parts: [Part] = []
  /// Grows with every change of the points; moving them between parts is none.
  private(set) var contentVersion = 0
  private let caches = ViewCaches()

  init(identity: UInt64, name: String, configuration: CollectionConfiguration) {
    self.identity = identity
    self.name = name
    self.configuration = configuration
    configurationByteCount = configuration.encoded.count
  }

  var unsealedRuns: [Part] { parts.filter { $0.isRun && !$0.isSealed } }
  var runs: [Part] { parts.filter(\.isRun) }
  var files: [Part] { parts.filter { !$0.isRun } }
  var memtableByteCount: Int { memtable.byteCount }
  var memtable: MemtableFigures {
    var figures = MemtableFigures()
    for part in parts where part.isRun {
      figures.runCount += 1
      figures.byteCount += part.byteCount
      if !part.isSealed { figures.unsealedByteCount += part.byteCount }
    }
    return figures
  }
  var fileByteCount: Int { parts.reduce(0) { $0 + ($1.isRun ? 0 : $1.byteCount) } }

  /// Adds the run and marks every older version of its points, and the points it deletes, as
  /// deleted.
  mutating func apply(_ run: Run, numbers: PartNumbers) {
    contentVersion += 1
    delete(run.ids)
    guard let segment = run.segment else { return }
    parts.append(
      Part(number: numbers.make(), origin: .memory(isSealed: false), live: LiveSegment(segment)))
  }

  /// A flush is about to write the runs to a file.
  mutating func sealRuns() {
    for index in parts.indices where parts[index].isRun {
      parts[index].origin = .memory(isSealed: true)
    }
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
    caches.clear()
    let numbers = Set(inputs.map(\.number))
    if var output {
      output.delete(pointsDeletedSince: inputs, now: parts)
      parts.append(output)
    }
    parts.removeAll { numbers.contains($0.number) }
  }

  /// Leaves out a segment file that is damaged, and its points with it.
  mutating func leaveOut(_ number: UInt64) {
    contentVersion += 1
    caches.clear()
    parts.removeAll { $0.number == number }
  }

  func view(sequenceNumber: UInt64) -> CollectionView {
    CollectionView(
      name: name, identity: identity, configuration: configuration,
      segments: parts.map(\.live), sequenceNumber: sequenceNumber, contentVersion: contentVersion,
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

import SparseIndex

/// A collection at one moment: immutable, shared by any number of readers, unaffected by writes that
/// come later.
public final class CollectionView: Sendable {
  /// The collection's name, also where it was asked for by an alias.
  public let name: String
  /// Never used twice within a store, whatever the name.
  package let identity: UInt64
  /// The configuration at that moment.
  public let configuration: CollectionConfiguration
  /// Memtable runs and segment files. A point id is live in at most one of them.
  package let segments: [LiveSegment]
  /// Indexes of the segments in the order in which they are best searched: those with the most live
  /// points first, whose hits tell what the others need not look at.
  let searchOrder: [Int]
  /// The sequence number of the last batch in the store when this collection changed last.
  public let sequenceNumber: UInt64
  /// Equal in two views of one collection only where they hold the same points.
  let contentVersion: Int
  /// The meaning of conditions, as payload indexes change it.
  package let semantics: FilterSemantics
  /// Data that recommendations compute once for all views of the collection.
  let caches: ViewCaches
  /// How far the reads of this view may go.
  package let context: ReadContext

  package convenience init(
    name: String, identity: UInt64, configuration: CollectionConfiguration,
    segments: [LiveSegment], sequenceNumber: UInt64
  ) {
    self.init(
      name: name, identity: identity, configuration: configuration, segments: segments,
      sequenceNumber: sequenceNumber, contentVersion: 0, caches: ViewCaches())
  }

  init(
    name: String, identity: UInt64, configuration: CollectionConfiguration,
    segments: [LiveSegment], sequenceNumber: UInt64, contentVersion: Int,
    caches: ViewCaches
  ) {
    self.name = name
    self.identity = identity
    self.configuration = configuration
    self.segments = segments
    searchOrder = Self.searchOrder(segments)
    self.sequenceNumber = sequenceNumber
    self.contentVersion = contentVersion
    self.caches = caches
    semantics = FilterSemantics(payloadIndexes: configuration.payloadIndexes)
    context = .unlimited
  }

  private init(_ other: CollectionView, _ context: ReadContext) {
    name = other.name
    identity = other.identity
    configuration = other.configuration
    segments = other.segments
    searchOrder = other.searchOrder
    sequenceNumber = other.sequenceNumber
    contentVersion = other.contentVersion
    caches = other.caches
    semantics = other.semantics
    self.context = context
  }

  private static func searchOrder(_ segments: [LiveSegment]) -> [Int] {
    guard segments.count > 1 else { return Array(segments.indices) }
    let counts = segments.map(\.livePointCount)
    return segments.indices.sorted { counts[$0] > counts[$1] }
  }

  /// The same points, for reads that go no further than the context allows: they throw `.timedOut`,
  /// `.tooLarge` or `.busy` when it is over.
  public func bound(to context: ReadContext) -> CollectionView {
    CollectionView(self, context)
  }

  /// Points that exist.
  public var pointCount: Int { segments.reduce(0) { $0 + $1.livePointCount } }

  /// The greatest id that is a number, deleted ones too; nil when there is none.
  package var greatestNumber: UInt64? {
    segments.compactMap { live in
      let segment = live.segment
      let count = lowerBound(in: 0..<segment.pointCount) {
        if case .integer = segment.id(at: $0) { true } else { false }
      }
      guard count > 0, case .integer(let number) = segment.id(at: count - 1) else { return nil }
      return number
    }.max()
  }

  /// Memtable runs and segment files together.
  public var segmentCount: Int { segments.count }

  /// Bytes that vectors and their posting lists take, as stored; deleted ones count until compaction.
  package var vectorByteCount: Int { segments.reduce(0) { $0 + $1.segment.vectorByteCount } }

  /// The same of payloads and their indexes.
  package var payloadByteCount: Int { segments.reduce(0) { $0 + $1.segment.payloadByteCount } }

  /// How many points pass the filter; all points without one.
  /// - Throws: `.invalid` for a filter beyond the limits.
  public func count(_ filter: Filter?) throws(StoreError) -> Int {
    try validate(filter)
    let count = segments.reduce(0) { count, live in
      count
        + (live.allowed(by: filter, semantics, for: context)?.memberCount ?? live.segment.pointCount)
    }
    try checkContext()
    return count
  }

  /// The points that exist among `ids`, in the order asked for.
  public func retrieve(
    _ ids: [PointID], payload: PayloadSelector = .all, vectors: VectorSelector = .none
  ) throws(StoreError) -> [Record] {
    let names = try vectorNames(vectors)
    let payload = try PayloadParts(payload, for: context)
    var records: [Record] = []
    var meter = WorkMeter(context)
    for id in ids {
      if meter.isOver(after: 64 * (1 + segments.count)) { break }
      guard let place = place(of: id) else { continue }
      records.append(record(at: place, payload: payload, vectorNames: names))
    }
    try checkContext()
    return records
  }

  // MARK: For the other ways to read

  /// Where a point lies.
  struct Place {
    var segment: Int
    var offset: Int
  }

  /// Where the live version of a point lies; nil when it does not exist.
  func place(of id: PointID) -> Place? {
    for (index, live) in segments.enumerated() {
      if let offset = live.segment.offset(of: id), live.isLive(offset) {
        return Place(segment: index, offset: offset)
      }
    }
    return nil
  }

  /// The record of a point that the answer shows; its id alone once the read is over.
  /// - Parameter vectorNames: nil when no vectors are asked for.
  func record(
    at place: Place, payload parts: PayloadParts, vectorNames: [String]?
  ) -> Record {
    let segment = segments[place.segment].segment
    // A payload or a vector may be large; an id alone is not.
    var isOver = parts.isNone && vectorNames == nil ? context.end != nil : context.isOver
    if !isOver, !parts.isNone { isOver = !segment.openPayload(for: context) }
    if isOver { return Record(id: segment.id(at: place.offset)) }
    let payload: JSONObject? =
      switch parts {
      case .none: nil
      case .all: segment.payload.payload(at: place.offset)
      case .include(let tree): segment.payload.payload(at: place.offset, including: tree)
      case .exclude(let tree): segment.payload.payload(at: place.offset, excluding: tree)
      }
    let vectors = vectorNames.map { names in
      var vectors: [ByteString: VectorValue] = [:]
      for name in names { vectors[name] = segment.vector(name, at: place.offset) }
      return vectors
    }
    let record = Record(id: segment.id(at: place.offset), payload: payload, vectors: vectors)
    context.take(record.byteCount)
    return record
  }

  /// - Throws: `.vectorNotFound` for a name that the collection does not have.
  func vectorNames(_ selector: VectorSelector) throws(StoreError) -> [String]? {
    switch selector {
    case .none: return nil
    case .all:
      for name in allVectorNames { try checkVectorName(name) }
      return allVectorNames
    case .names(let names):
      // A name may be repeated.
      var distinct: [String] = []
      var known: Set<ByteString> = []
      for name in names where known.insert(ByteString(name)).inserted {
        try checkVectorName(name)
        distinct.append(name)
      }
      return distinct
    }
  }

  var allVectorNames: [String] {
    configuration.sparseVectors.keys.map(\.text) + configuration.denseVectors.keys.map(\.text)
  }

  func hasVector(_ name: String) -> Bool {
    configuration.sparseVectors[name] != nil || configuration.denseVectors[name] != nil
  }

  /// Checks the name, and opens its vectors.
  func checkVectorName(_ name: String) throws(StoreError) {
    guard hasVector(name) else { throw .vectorNotFound(name) }
    try open { $0.openVectors(name, for: context) }
  }

  /// - Throws: why what has been computed may be incomplete: the read is over, or a segment has been
  ///   found damaged.
  func checkContext() throws(StoreError) {
    try context.check()
    for live in segments {
      if let damage = live.segment.damage { throw .storage(damage) }
    }
  }

  var isDamaged: Bool { segments.contains { $0.segment.damage != nil } }

  /// Checks a filter, and opens what it looks at.
  func validate(_ filter: Filter?) throws(StoreError) {
    guard let filter else { return }
    do { try filter.validate() } catch { throw .invalid("\(error)") }
    if !filter.isUnconstrained { try openPayloadIndexes() }
  }

  // MARK: Opening

  /// Opens part of each segment, as far as the read's time allows: then nothing waits for it later.
  private func open(_ open: (Segment) -> Bool) throws(StoreError) {
    let isOpen = segments.allSatisfy { open($0.segment) && $0.segment.damage == nil }
    if !isOpen { try checkContext() }
  }

  func openPayload() throws(StoreError) { try open { $0.openPayload(for: context) } }

  func openPayloadIndexes() throws(StoreError) {
    try open { $0.openPayloadIndexes(for: context) }
  }

  /// Whether nothing has to be opened any more.
  var isOpen: Bool { segments.allSatisfy(\.segment.isOpen) }

  /// Every read needs the ids.
  func withIDsOpen() throws(StoreError) -> CollectionView {
    try open { $0.openIDs(for: context) }
    return self
  }

  /// Opens everything there is.
  func openAll() throws(StoreError) { try open { $0.openAll(for: context) } }
}

package import JSONCodec
package import StorageIO

/// An immutable set of points with everything needed to search them: ids, posting lists, vectors,
/// payload columns, statistics. The bytes lie in a mapped file or on the heap; the reader does not
/// care.
///
/// Points are sorted by id, and a point's **offset** is its rank: offset order is id order.
///
/// A segment of a file is opened part by part (`SegmentPart`). Reads that answer somebody open what
/// they need, and ask `damage` before they answer: a part that is damaged reads as if it held nothing.
package final class Segment: FilterScope, Sendable {
  /// When the sections are compared with their checksums.
  package enum Checksums: Sendable {
    /// Before the segment is there.
    case compareNow
    /// Each before it is first used.
    /// - Parameter damageFound: called on the thread that finds damage, perhaps more than once.
    case compareWhenUsed(damageFound: (@Sendable () -> Void)?)
    /// They were just made, or compared before.
    case areKnown
  }

  package let pointCount: Int
  /// Size of the image.
  package let byteCount: Int
  /// The shares of vectors with their posting lists, and of payloads with their indexes.
  package let vectorByteCount: Int
  package let payloadByteCount: Int
  private let ids: SegmentPart<PointIDs>
  private let payloadPart: SegmentPart<PayloadSection>
  private let payloadIndexPart: SegmentPart<PayloadIndexSection?>
  private let sparseParts: [ByteString: SegmentPart<SparseSections?>]
  private let denseParts: [ByteString: SegmentPart<DenseSections?>]
  /// All of them, in the order in which they are best opened.
  private let parts: [any OpenablePart]
  /// Those of all sections that have not been compared by the time the segment is there.
  private let sectionChecksums: [SectionChecksum]
  private let image: SharedBytes
  private let foundDamage: SegmentDamage

  /// Checks magic, version, identity, lengths and, unless they are known, checksums, and opens the
  /// image: all of it, or what is small, and the rest when it is used.
  /// - Parameters:
  ///   - path: for error messages.
  ///   - collection: the identity that the image must carry.
  package init(
    _ bytes: SharedBytes, path: String, collection: UInt64, checksums: Checksums = .compareNow
  ) throws(StorageError) {
    let directory = try SegmentDirectory(bytes, path: path, collection: collection)
    let damage: SegmentDamage
    var opensNow = true
    switch checksums {
    case .compareNow:
      _ = try directory.verify()
      damage = SegmentDamage()
    case .compareWhenUsed(let damageFound):
      // Sections are compared by whoever opens them.
      try directory.verifyLastPadding()
      damage = SegmentDamage(whenFound: damageFound)
      opensNow = false
    case .areKnown: damage = SegmentDamage()
    }
    var maker = PartMaker(directory, damage, opensNow: opensNow)
    let pointCount = directory.pointCount
    self.pointCount = pointCount
    byteCount = bytes.count
    image = bytes
    foundDamage = damage

    let namedVectors = try maker.namedVectors()
    let idSection = try directory.section(.ids)
    ids = try maker.part([idSection], standIn: PointIDs(standInFor: pointCount)) {
      () throws(StorageError) in
      try PointIDs(
        idSection.bytes, pointCount: pointCount, path: path, position: idSection.position)
    }

    var sparseParts: [ByteString: SegmentPart<SparseSections?>] = [:]
    var denseNames: [(name: String, index: Int)] = []
    for (index, named) in namedVectors.enumerated() {
      guard case .sparse = named.kind else {
        denseNames.append((named.name, index))
        continue
      }
      let lists = try directory.section(.postings, vectorIndex: index)
      let vectors = try directory.section(.sparseVectors, vectorIndex: index)
      sparseParts[named.name] = try maker.part([lists, vectors], standIn: nil) {
        () throws(StorageError) in
        let postings = try PostingsReader(
          lists.bytes, pointCount: pointCount, path: path, position: lists.position)
        return SparseSections(
          postings: postings,
          vectors: try SparseVectorsReader(
            vectors.bytes, postings: postings, path: path, position: vectors.position))
      }
    }
    self.sparseParts = sparseParts

    let payloadSection = try directory.section(.payload)
    let payloadPart = try maker.part(
      [payloadSection], standIn: PayloadSection(standInFor: pointCount),
      // A later version, which is to be refused untouched, is not damage.
      opensNow: payloadSection.version != PayloadFormat.version
    ) { () throws(StorageError) in
      try PayloadSection(
        payloadSection.bytes, pointCount: pointCount, path: path,
        baseOffset: payloadSection.position)
    }
    self.payloadPart = payloadPart
    let indexSection = directory.optionalSection(.payloadIndexes)
    if let section = indexSection {
      payloadIndexPart = try maker.part(
        [payloadSection, section], standIn: nil,
        opensNow: section.version != PayloadIndexFormat.version
      ) { () throws(StorageError) in
        try PayloadIndexSection(
          section.bytes, payload: payloadPart.value, path: path, baseOffset: section.position)
      }
    } else {
      payloadIndexPart = SegmentPart(nil, damage)
    }
    payloadByteCount = payloadSection.bytes.count + (indexSection?.bytes.count ?? 0)
    vectorByteCount = byteCount - idSection.bytes.count - payloadByteCount

    var denseParts: [ByteString: SegmentPart<DenseSections?>] = [:]
    for (name, index) in denseNames {
      let vectors = try directory.section(.denseVectors, vectorIndex: index)
      denseParts[name] = try maker.part([vectors], standIn: nil) { () throws(StorageError) in
        try DenseSections(
          vectors.bytes, pointCount: pointCount, path: path, position: vectors.position)
      }
    }
    self.denseParts = denseParts
    (parts, sectionChecksums) = maker.finish()
  }

  /// Compares every checksum of an image with its bytes, and reads no more of it.
  /// - Returns: false when the read is over before.
  package static func compareChecksums(
    of bytes: SharedBytes, path: String, collection: UInt64, for context: ReadContext
  ) throws(StorageError) -> Bool {
    try SegmentDirectory(bytes, path: path, collection: collection).verify(for: context)
  }

  /// Lets go of the memory that reading the mapped file has taken.
  package func releasePages() { image.releasePages() }

  // MARK: Opening

  /// The first damage that was found since the segment was opened: what has been read of it meanwhile
  /// may lack something.
  package var damage: StorageError? { foundDamage.error }

  /// Notes damage that reading the file again has found.
  package func noteDamage(_ error: StorageError) { foundDamage.note(error) }

  /// Bytes of sections that have not been compared with their checksums.
  package var unverifiedByteCount: Int {
    sectionChecksums.reduce(0) { $0 + $1.remainingByteCount }
  }

  package var isOpen: Bool { parts.allSatisfy(\.isOpen) }

  /// Opens the ids.
  /// - Returns: as the next ones, false when the read is over before.
  package func openIDs(for context: ReadContext) -> Bool { ids.open(for: context) }

  package func openPayload(for context: ReadContext) -> Bool { payloadPart.open(for: context) }

  /// Opens what filters look at: payloads and their indexes.
  package func openPayloadIndexes(for context: ReadContext) -> Bool {
    payloadPart.open(for: context) && payloadIndexPart.open(for: context)
  }

  /// Opens the vectors of a name, if the segment has any.
  package func openVectors(_ name: String, for context: ReadContext) -> Bool {
    (sparseParts[name]?.open(for: context) ?? true)
      && (denseParts[name]?.open(for: context) ?? true)
  }

  package func openAll(for context: ReadContext) -> Bool {
    parts.allSatisfy { $0.open(for: context) }
  }

  /// Opens everything, and compares every byte with its checksum that has not been compared yet.
  /// - Throws: `.corrupt`.
  /// - Returns: false when the read is over before.
  package func verify(for context: ReadContext = .unlimited) throws(StorageError) -> Bool {
    let isOpen = openAll(for: context)
    if let damage { throw damage }
    return isOpen
  }

  // MARK: Reading

  package var payload: PayloadSection { payloadPart.value }

  /// Nil when the collection had no payload indexes as the segment was made.
  package var payloadIndexes: PayloadIndexSection? { payloadIndexPart.value }

  package func offset(of id: PointID) -> Int? { ids.with { $0.offset(of: id) } }

  package func id(at offset: Int) -> PointID { ids.with { $0[offset] } }

  /// The least offset whose id is not below `id`; `pointCount` when all are.
  package func firstOffset(notBelow id: PointID) -> Int {
    ids.with { $0.firstOffset(notBelow: id) }
  }

  package func sparseSections(_ name: String) -> SparseSections? { sparseParts[name]?.value }

  package func denseSections(_ name: String) -> DenseSections? { denseParts[name]?.value }

  /// The sections of all sparse vectors, by name.
  package var sparseSections: [ByteString: SparseSections] {
    sparseParts.compactMapValues { $0.value }
  }

  var denseSections: [ByteString: DenseSections] { denseParts.compactMapValues { $0.value } }

  /// The sections that are open.
  package var openSparseSections: [SparseSections] {
    sparseParts.values.compactMap { $0.isOpen ? $0.value : nil }
  }

  /// The vector of that name of the point at `offset`.
  package func vector(_ name: String, at offset: Int) -> VectorValue? {
    if let sections = sparseSections(name) {
      return sections.vectors.vector(at: offset).map { .sparse($0) }
    }
    return denseSections(name)?.vector(at: offset)
  }

  /// Points that have a vector of that name; nil when none can.
  package func vectorMask(named name: String) -> PointMask? {
    sparseSections(name)?.vectors.presence ?? denseSections(name)?.presence
  }

  /// Whether what there is of that name is open.
  package func isOpen(vectors name: String) -> Bool {
    (sparseParts[name]?.isOpen ?? true) && (denseParts[name]?.isOpen ?? true)
  }

  /// The whole point.
  package func point(at offset: Int) -> Point {
    var point = Point(id: id(at: offset), payload: payload.payload(at: offset))
    for name in sparseParts.keys { point.vectors[name] = vector(name.text, at: offset) }
    for name in denseParts.keys { point.vectors[name] = vector(name.text, at: offset) }
    return point
  }
}

/// Makes the parts of a segment, each section's checksum once.
private struct PartMaker {
  let opensNow: Bool
  private let directory: SegmentDirectory
  private let damage: SegmentDamage
  /// The sections' checksums, by their places in the directory's list.
  private var checksums: [Int: SectionChecksum] = [:]
  private var parts: [any OpenablePart] = []

  init(_ directory: SegmentDirectory, _ damage: SegmentDamage, opensNow: Bool) {
    self.directory = directory
    self.damage = damage
    self.opensNow = opensNow
  }

  /// The vector names, which are needed to know what there is.
  mutating func namedVectors() throws(StorageError) -> [SegmentDirectory.NamedVector] {
    if !opensNow { _ = try checksum(of: directory.section(.names)).compare() }
    return try directory.namedVectors()
  }

  /// - Parameters:
  ///   - sections: all that `open` reads.
  ///   - opensNow: whether to open this part at once, whatever the others do.
  mutating func part<Value: Sendable>(
    _ sections: [SegmentDirectory.Section], standIn: Value, opensNow: Bool = false,
    _ open: @escaping @Sendable () throws(StorageError) -> Value
  ) throws(StorageError) -> SegmentPart<Value> {
    if self.opensNow { return SegmentPart(try open(), damage) }
    let checksums = sections.map { checksum(of: $0) }
    let part: SegmentPart<Value>
    if opensNow {
      for checksum in checksums { _ = try checksum.compare() }
      part = SegmentPart(try open(), damage)
    } else {
      part = SegmentPart(checksums, damage, standIn: standIn, open: open)
    }
    parts.append(part)
    return part
  }

  private mutating func checksum(of section: SegmentDirectory.Section) -> SectionChecksum {
    if let checksum = checksums[section.index] { return checksum }
    let checksum = directory.checksum(of: section)
    checksums[section.index] = checksum
    return checksum
  }

  /// The parts that have been made, with one more of the sections that nothing is read of; and the
  /// checksums of all.
  mutating func finish() -> ([any OpenablePart], [SectionChecksum]) {
    if opensNow { return ([], []) }
    let others = directory.sections.filter { checksums[$0.index] == nil }
    if !others.isEmpty {
      let unread = others.map { checksum(of: $0) }
      parts.append(SegmentPart<Void>(unread, damage, standIn: ()) {})
    }
    return (parts, Array(checksums.values))
  }
}

extension SegmentDirectory.Section {
  /// The version that a section of payloads or their indexes begins with, which nothing vouches for.
  fileprivate var version: UInt32? {
    bytes.count >= 4 ? bytes.load(at: 0, as: UInt32.self) : nil
  }
}

/// A segment and which of its points have been deleted or replaced since it was made.
package struct LiveSegment: Sendable {
  package let segment: Segment
  /// Nil when every point is live.
  package var deleted: PointMask?

  package init(_ segment: Segment, deleted: PointMask? = nil) {
    self.segment = segment
    self.deleted = deleted
  }

  package var livePointCount: Int { segment.pointCount - (deleted?.memberCount ?? 0) }

  /// How many live points have a vector of that name; nil while that part of the segment is not open.
  package func openVectorCount(named name: String) -> Int? {
    guard segment.isOpen(vectors: name) else { return nil }
    guard var having = segment.vectorMask(named: name) else { return 0 }
    if let deleted { having.subtract(deleted) }
    return having.memberCount
  }

  package func isLive(_ offset: Int) -> Bool { !(deleted?[offset] ?? false) }

  /// The live points that pass the filter; nil when those are all.
  package func allowed(
    by filter: Filter?, _ semantics: FilterSemantics, for context: ReadContext = .unlimited
  ) -> PointMask? {
    var live = deleted
    live?.invert()
    guard let filter, !filter.isUnconstrained else { return live }
    return FilterEvaluator(segment, semantics: semantics, for: context)
      .evaluate(filter, among: live)
  }
}

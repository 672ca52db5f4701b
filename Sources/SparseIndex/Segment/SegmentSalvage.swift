internal import JSONCodec
package import StorageIO

/// The readable part of a segment image with damaged sections. Each section has a checksum of its
/// own, so that whole ones are known to be whole; and some damaged ones can be made again from the
/// others.
package struct SegmentSalvage: Sendable {
  package let pointCount: Int
  /// The parts that points may lack now, in words.
  package private(set) var losses: [String] = []
  private let ids: PointIDs
  private var payloads = Payloads.lost
  private var sparseSections: [(name: String, vectors: SparseVectors)] = []
  private var denseSections: [(name: String, sections: DenseSections)] = []
  private var payloadIndexes: [(key: String, parameters: PayloadIndexParameters)] = []

  private enum Payloads {
    case stored(PayloadSection)
    case salvaged(PayloadSalvage)
    case lost
  }

  private enum SparseVectors {
    case stored(SparseVectorsReader)
    case made([SparseVector?])
  }

  /// - Parameter configuration: of the collection, as far as it is known.
  /// - Throws: `.corrupt` when header, footer, section table or the ids are damaged: then nothing of
  ///   the image can be told apart.
  package init(
    _ bytes: SharedBytes, path: String, configuration: CollectionConfiguration?
  ) throws(StorageError) {
    let collection = try Self.collection(bytes, path: path)
    let directory = try SegmentDirectory(bytes, path: path, collection: collection)
    pointCount = directory.pointCount
    let section = try directory.section(.ids)
    guard section.isIntact else {
      throw .corrupt(
        path: path, offset: section.position, expected: "the ids with their checksum")
    }
    ids = try PointIDs(
      section.bytes, pointCount: pointCount, path: path, position: section.position)
    readPayloads(directory, path: path)
    readVectors(directory, configuration, path: path)
  }

  /// The identity of the collection that an image says it belongs to.
  package static func collection(
    _ bytes: SharedBytes, path: String
  ) throws(StorageError) -> UInt64 {
    guard bytes.count >= SegmentFormat.headerByteCount else {
      throw .corrupt(path: path, offset: bytes.count, expected: "a segment header and footer")
    }
    return bytes.load(at: SegmentFormat.HeaderOffset.collection)
  }

  package func id(at offset: Int) -> PointID { ids[offset] }

  /// The point as far as it can be read.
  /// - Parameter configuration: vectors that do not fit it are left out.
  package func point(at offset: Int, fitting configuration: CollectionConfiguration) -> Point {
    let payload: JSONObject =
      switch payloads {
      case .stored(let section): section.payload(at: offset)
      case .salvaged(let salvage): salvage.payload(at: offset)
      case .lost: [:]
      }
    var point = Point(id: ids[offset], payload: payload)
    for (name, vectors) in sparseSections where configuration.sparseVectors[name] != nil {
      let vector =
        switch vectors {
        case .stored(let reader): reader.vector(at: offset)
        case .made(let vectors): vectors[offset]
        }
      if let vector { point.vectors[name] = .sparse(vector) }
    }
    for (name, sections) in denseSections {
      guard let parameters = configuration.denseVectors[name], parameters.size == sections.size,
        parameters.isMultivector == sections.isMultivector, let vector = sections.vector(at: offset)
      else { continue }
      point.vectors[name] = vector
    }
    return point
  }

  /// The collection's configuration as far as the image tells it, for want of a better source. It
  /// does not know how dense vectors are compared, and those that were compared by cosine have been
  /// divided by their lengths, so dot products say the same of them.
  package var configuration: CollectionConfiguration {
    var configuration = CollectionConfiguration()
    for (name, _) in sparseSections { configuration.sparseVectors[name] = .init() }
    for (name, sections) in denseSections {
      configuration.denseVectors[name] = .init(
        size: sections.size, distance: .dot, isMultivector: sections.isMultivector)
    }
    for (key, parameters) in payloadIndexes { configuration.payloadIndexes[key] = parameters }
    return configuration
  }

  // MARK: Reading

  private mutating func readPayloads(_ directory: SegmentDirectory, path: String) {
    guard let section = directory.intactSection(.payload),
      let payload = try? PayloadSection(
        section.bytes, pointCount: pointCount, path: path, baseOffset: section.position)
    else { return salvagePayloads(directory, path: path) }
    payloads = .stored(payload)
    // Made of the payloads: they cost nothing.
    guard let section = directory.intactSection(.payloadIndexes),
      let indexes = try? PayloadIndexSection(
        section.bytes, payload: payload, path: path, baseOffset: section.position)
    else { return }
    payloadIndexes = indexes.indexes.map {
      ($0.key, PayloadIndexParameters(kind: $0.kind, parameters: $0.parameters))
    }
  }

  private mutating func salvagePayloads(_ directory: SegmentDirectory, path: String) {
    guard let section = directory.optionalSection(.payload),
      let salvage = PayloadSalvage(section.bytes, pointCount: pointCount, path: path)
    else { return losses.append("the payloads") }
    payloads = .salvaged(salvage)
    losses += salvage.losses
    losses.append(
      "the proof that the payloads are as they were written: one checksum covers them all")
  }

  private mutating func readVectors(
    _ directory: SegmentDirectory, _ configuration: CollectionConfiguration?, path: String
  ) {
    guard let namedVectors = Self.namedVectors(of: directory, configuration) else {
      return losses.append("all vectors, whose names are damaged")
    }
    for (index, named) in namedVectors.enumerated() {
      switch named.kind {
      case .sparse: readSparseVectors(named.name, index, directory, path: path)
      case .dense:
        guard let section = directory.intactSection(.denseVectors, vectorIndex: index),
          let sections = try? DenseSections(
            section.bytes, pointCount: pointCount, path: path, position: section.position),
          sections.size > 0
        else {
          losses.append("the vectors '\(named.name)'")
          continue
        }
        denseSections.append((named.name, sections))
      }
    }
  }

  /// Damaged names are those of the configuration, if these have the checksum.
  private static func namedVectors(
    of directory: SegmentDirectory, _ configuration: CollectionConfiguration?
  ) -> [SegmentDirectory.NamedVector]? {
    guard let section = directory.optionalSection(.names) else { return nil }
    if section.isIntact { return try? directory.namedVectors() }
    guard let namedVectors = configuration?.namedVectors,
      CRC32C.checksum(SegmentDirectory.encode(namedVectors)) == section.checksum
    else { return nil }
    return namedVectors
  }

  private mutating func readSparseVectors(
    _ name: String, _ index: Int, _ directory: SegmentDirectory, path: String
  ) {
    guard let lists = directory.optionalSection(.postings, vectorIndex: index),
      let records = directory.optionalSection(.sparseVectors, vectorIndex: index),
      let postings = try? PostingsReader(
        lists.bytes, pointCount: pointCount, path: path, position: lists.position),
      let vectors = Self.vectors(lists, records, postings, path: path)
    else { return losses.append("the vectors '\(name)'") }
    sparseSections.append((name, vectors))
    if !records.isIntact { losses.append("the empty vectors '\(name)'") }
  }

  /// The lists say everything that the vectors say, and the other way round, but for the tables: those
  /// are with the lists alone.
  private static func vectors(
    _ lists: SegmentDirectory.Section, _ records: SegmentDirectory.Section,
    _ postings: PostingsReader, path: String
  ) -> SparseVectors? {
    if lists.isIntact && !records.isIntact {
      guard postings.codebook.isExact, postings.defect == nil else { return nil }
      return .made(postings.vectors)
    }
    guard records.isIntact, postings.tableDefect == nil,
      let reader = try? SparseVectorsReader(
        records.bytes, postings: postings, path: path, position: records.position),
      reader.defect == nil
    else { return nil }
    if lists.isIntact { return .stored(reader) }
    // Damaged tables would make other vectors, and those other lists. If the lists that the vectors
    // make have the checksum that the damaged ones had, the tables are whole.
    let vectors = (0..<postings.pointCount).map { reader.vector(at: $0) }
    guard postings.codebook.covers(vectors) else { return nil }
    let made = SparseSectionsBuilder.postings(of: vectors, postings.codebook)
    guard made.count == lists.bytes.count, CRC32C.checksum(made) == lists.checksum else {
      return nil
    }
    return .made(vectors)
  }
}

extension SegmentDirectory.Section {
  fileprivate var isIntact: Bool {
    bytes.withUnsafeBytes { CRC32C.checksum($0) } == checksum
  }
}

extension SegmentDirectory {
  fileprivate func intactSection(
    _ kind: SegmentFormat.SectionKind, vectorIndex: Int = 0
  ) -> Section? {
    optionalSection(kind, vectorIndex: vectorIndex).flatMap { $0.isIntact ? $0 : nil }
  }
}

extension PostingsReader {
  /// The vectors that the lists hold, by point; nil for points in none of them. The lists are
  /// whole, and the codes exact.
  fileprivate var vectors: [SparseVector?] {
    var dimensions = [[UInt32]](repeating: [], count: pointCount)
    var weights = [[Float]](repeating: [], count: pointCount)
    for rank in 0..<dimensionCount {
      let list = list(at: rank)
      var offsets = [UInt32](repeating: 0, count: list.count)
      var codes = [UInt8](repeating: 0, count: list.count)
      var cursor = PostingCursor(list)
      _ = cursor.decode(
        below: pointCount, capacity: list.count, offsets: &offsets, codes: &codes)
      for (offset, code) in zip(offsets, codes) {
        dimensions[Int(offset)].append(dimension(at: rank))
        weights[Int(offset)].append(codebook.lower[Int(code)])
      }
    }
    return zip(dimensions, weights).map { dimensions, weights in
      dimensions.isEmpty ? nil : SparseVector(ascending: dimensions, weights: weights)
    }
  }
}

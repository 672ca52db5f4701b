package import StorageIO

/// Looks whether the parts of a segment agree: what is stored twice must say the same.
package struct SegmentAudit {
  package struct Finding: Equatable, Sendable {
    package let text: String
    /// It can be made again from what is whole.
    package let isDerived: Bool
  }

  package private(set) var findings: [Finding] = []
  private let segment: Segment
  private let directory: SegmentDirectory

  /// Checks every checksum, opens every section, decodes every vector, list and payload.
  /// - Parameter configuration: of the collection, as it is now.
  /// - Throws: `.corrupt`, `.newerFormat`.
  package init(
    _ bytes: SharedBytes, path: String, collection: UInt64,
    configuration: CollectionConfiguration
  ) throws(StorageError) {
    directory = try SegmentDirectory(bytes, path: path, collection: collection)
    segment = try Segment(bytes, path: path, collection: collection, verifying: true)
    auditIDs()
    for field in try directory.fields() {
      switch field.kind {
      case .sparse: audit(segment.sparseField(field.name)!, named: field.name)
      case .dense:
        audit(
          segment.denseField(field.name)!, named: field.name,
          size: configuration.denseVectors[field.name]?.size)
      }
    }
    auditPayloads()
    auditPayloadIndexes()
  }

  private mutating func note(_ text: String, isDerived: Bool = false) {
    findings.append(Finding(text: text, isDerived: isDerived))
  }

  // MARK: Ids

  private mutating func auditIDs() {
    for offset in 1..<max(segment.pointCount, 1)
    where segment.id(at: offset - 1) >= segment.id(at: offset) {
      return note("the ids do not ascend at point offset \(offset)")
    }
  }

  // MARK: Vectors

  /// Posting lists hold what the vectors hold, the other way round. Both ways are summed up as
  /// hashes of (dimension, point, weight), whose sums agree whatever the order.
  private mutating func audit(_ field: SparseField, named name: String) {
    var (sum, count, present) = (UInt64(0), 0, 0)
    let codebook = field.postings.codebook
    var bounds: [UInt32: ClosedRange<Float>] = [:]
    for offset in 0..<segment.pointCount {
      guard let vector = field.vectors.vector(at: offset) else { continue }
      present += 1
      count += vector.count
      for (index, dimension) in vector.dimensions.enumerated() {
        let weight = vector.weights[index]
        guard weight.isFinite, index == 0 || vector.dimensions[index - 1] < dimension else {
          return note("vector '\(name)' of point \(segment.id(at: offset)) is malformed")
        }
        sum &+= Self.hash(dimension, offset, codebook.isExact ? weight : 0)
        if !codebook.isExact {
          let range = bounds[dimension] ?? weight...weight
          bounds[dimension] = min(range.lowerBound, weight)...max(range.upperBound, weight)
        }
      }
      if abs(field.vectors.norm(at: offset) - vector.norm) > vector.norm * 1e-12 {
        return note("the length of vector '\(name)' of point \(segment.id(at: offset)) is wrong")
      }
    }
    if present != field.vectors.vectorCount {
      note("'\(name)' has \(present) vectors and counts \(field.vectors.vectorCount)")
    }
    if count != field.postings.postingCount {
      return note(
        "'\(name)' has \(count) weights in vectors, \(field.postings.postingCount) listed")
    }
    for rank in 0..<field.postings.dimensionCount {
      guard let part = Self.sum(field.postings, rank, bounds) else {
        return note(
          "the posting list \(field.postings.dimension(at: rank)) of '\(name)' is damaged")
      }
      sum &-= part
    }
    if sum != 0 { note("the posting lists of '\(name)' do not hold what its vectors hold") }
  }

  /// - Returns: nil when the list is malformed.
  private static func sum(
    _ postings: PostingsReader, _ rank: Int, _ bounds: [UInt32: ClosedRange<Float>]
  ) -> UInt64? {
    let dimension = postings.dimension(at: rank)
    guard rank == 0 || postings.dimension(at: rank - 1) < dimension else { return nil }
    let (list, codebook) = (postings.list(at: rank), postings.codebook)
    // Room for one more than there must be.
    let capacity = list.count + 1
    var offsets = [UInt32](repeating: 0, count: capacity)
    var codes = [UInt8](repeating: 0, count: capacity)
    var cursor = PostingCursor(list)
    let count = cursor.decode(
      below: list.pointCount, capacity: capacity, offsets: &offsets, codes: &codes)
    guard count == list.count, list.leastCode <= list.greatestCode,
      list.greatestCode < codebook.codeCount,
      blockCodesFit(list, offsets.prefix(count), codes)
    else { return nil }
    if let range = bounds[dimension],
      codebook.lower[Int(list.leastCode)] > range.lowerBound
        || codebook.upper[Int(list.greatestCode)] < range.upperBound
    {
      return nil
    }
    var sum: UInt64 = 0
    for (index, offset) in offsets.prefix(count).enumerated() {
      guard index == 0 || offsets[index - 1] < offset,
        (list.leastCode...list.greatestCode).contains(codes[index])
      else { return nil }
      sum &+= hash(dimension, Int(offset), codebook.isExact ? codebook.lower[Int(codes[index])] : 0)
    }
    return sum
  }

  /// Block codes, where a list has them, are 0 but for its points, and stand for their codes.
  private static func blockCodesFit(
    _ list: PostingList, _ offsets: ArraySlice<UInt32>, _ codes: [UInt8]
  ) -> Bool {
    guard let start = list.blockCodes else { return true }
    let present = (0..<list.pointCount).count { BlockCodes.code(at: $0, in: start) != 0 }
    return present == list.count
      && zip(offsets, codes).allSatisfy { offset, code in
        let blockCode = Int(BlockCodes.code(at: Int(offset), in: start))
        return list.codes(of: blockCode)?.contains(Int(code)) ?? false
      }
  }

  /// Mixes by multiplication and shifts, as SplitMix64 does.
  private static func hash(_ dimension: UInt32, _ offset: Int, _ weight: Float) -> UInt64 {
    var hash = UInt64(dimension) << 32 ^ UInt64(weight.bitPattern)
    hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
    hash &+= UInt64(offset) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }

  private mutating func audit(_ field: DenseField, named name: String, size: Int?) {
    if let size, size != field.size {
      return note("'\(name)' has \(field.size) components, the collection \(size)")
    }
    for offset in 0..<segment.pointCount {
      let rows = field.rowCount(at: offset)
      let isRight =
        field.presence[offset] ? rows > 0 && (field.isMultivector || rows == 1) : rows == 0
      guard isRight, field.components(at: offset).allSatisfy(\.isFinite) else {
        return note("vector '\(name)' of point \(segment.id(at: offset)) is malformed")
      }
    }
  }

  // MARK: Payloads

  private mutating func auditPayloads() {
    let payload = segment.payload
    for column in payload.columns + [payload.overflow].compactMap(\.self) {
      for code in 1..<max(column.entryCount, 1)
      where !column.entry(code - 1).utf8.lexicographicallyPrecedes(column.entry(code).utf8) {
        note("the strings of payload field '\(column.name)' do not ascend")
        break
      }
      if let offset = (0..<segment.pointCount).first(where: { !column.isReadable(at: $0) }) {
        note("payload field '\(column.name)' of point \(segment.id(at: offset)) is malformed")
      }
    }
  }

  /// Indexes are made of the payloads alone: made again, they must be the same bytes.
  private mutating func auditPayloadIndexes() {
    guard let section = directory.optionalSection(.payloadIndexes),
      let indexes = segment.payloadIndexes
    else { return }
    let parameters = indexes.indexes.map {
      ($0.key, PayloadIndexParameters(kind: $0.kind, parameters: $0.parameters))
    }
    let made = PayloadIndexWriter.write(
      segment.payload, indexes: Dictionary(parameters, uniquingKeysWith: { first, _ in first }))
    if made != section.bytes.array {
      note("the payload indexes do not hold what the payloads hold", isDerived: true)
    }
  }
}

extension PayloadColumn {
  /// Whether the point's value, if it has one, can be decoded.
  fileprivate func isReadable(at offset: Int) -> Bool {
    state(at: offset) == .missing || value(at: offset) != nil
  }
}

internal import JSONCodec
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

  /// Checks the structure first: everything after it relies on that. Checksums have been compared
  /// before.
  /// - Parameter configuration: of the collection, as it is now.
  /// - Throws: `.corrupt` where the structure is.
  package init(
    _ live: LiveSegment, configuration: CollectionConfiguration, path: String
  ) throws(StorageError) {
    try live.checkStructure(fitting: configuration, path: path)
    segment = live.segment
    for (name, sections) in segment.sparseSections.sorted(by: { $0.key < $1.key }) {
      audit(sections, named: name.text)
    }
    auditPayloads()
    auditPayloadIndexes()
  }

  private mutating func note(_ text: String, isDerived: Bool = false) {
    findings.append(Finding(text: text, isDerived: isDerived))
  }

  // MARK: Sparse vectors

  /// Posting lists hold what the vectors hold, the other way round. Both ways are summed up as
  /// hashes of (dimension, point, weight), whose sums agree whatever the order.
  private mutating func audit(_ sections: SparseSections, named name: String) {
    var sum: UInt64 = 0
    let codebook = sections.postings.codebook
    var bounds: [UInt32: ClosedRange<Float>] = [:]
    for offset in 0..<segment.pointCount {
      guard let vector = sections.vectors.vector(at: offset) else { continue }
      for (dimension, weight) in zip(vector.dimensions, vector.weights) {
        sum &+= Self.hash(dimension, offset, codebook.isExact ? weight : 0)
        if !codebook.isExact {
          let range = bounds[dimension] ?? weight...weight
          bounds[dimension] = min(range.lowerBound, weight)...max(range.upperBound, weight)
        }
      }
      if abs(sections.vectors.norm(at: offset) - vector.norm) > vector.norm * 1e-12 {
        return note("the length of vector '\(name)' of point \(segment.id(at: offset)) is wrong")
      }
    }
    for rank in 0..<sections.postings.dimensionCount {
      let dimension = sections.postings.dimension(at: rank)
      let list = sections.postings.list(at: rank)
      if let range = bounds[dimension],
        codebook.lower[Int(list.leastCode)] > range.lowerBound
          || codebook.upper[Int(list.greatestCode)] < range.upperBound
      {
        return note("the weights of posting list \(dimension) of '\(name)' exceed its bounds")
      }
      guard let part = Self.sum(list, of: dimension, codebook) else {
        return note("the block codes of posting list \(dimension) of '\(name)' are damaged")
      }
      sum &-= part
    }
    if sum != 0 { note("the posting lists of '\(name)' do not hold what its vectors hold") }
  }

  /// - Returns: nil when the list's block codes are not those of its codes.
  private static func sum(
    _ list: PostingList, of dimension: UInt32, _ codebook: WeightCodebook
  ) -> UInt64? {
    var offsets = [UInt32](repeating: 0, count: list.count)
    var codes = [UInt8](repeating: 0, count: list.count)
    var cursor = PostingCursor(list)
    _ = cursor.decode(
      below: list.pointCount, capacity: list.count, offsets: &offsets, codes: &codes)
    guard blockCodesFit(list, offsets, codes) else { return nil }
    return zip(offsets, codes).reduce(0) { sum, posting in
      let weight = codebook.isExact ? codebook.lower[Int(posting.1)] : 0
      return sum &+ hash(dimension, Int(posting.0), weight)
    }
  }

  /// Block codes, where a list has them, are 0 but for its points, and stand for their codes.
  private static func blockCodesFit(
    _ list: PostingList, _ offsets: [UInt32], _ codes: [UInt8]
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

  // MARK: Payloads

  private mutating func auditPayloads() {
    let payload = segment.payload
    for column in payload.columns + [payload.overflow].compactMap(\.self) {
      for code in 1..<max(column.entryCount, 1)
      where !column.entry(code - 1).utf8.lexicographicallyPrecedes(column.entry(code).utf8) {
        note("the strings of payload key '\(column.name)' do not ascend")
        break
      }
      if let offset = (0..<segment.pointCount).first(where: { !column.isReadable(at: $0) }) {
        note("payload key '\(column.name)' of point \(segment.id(at: offset)) is malformed")
      }
    }
  }

  /// Indexes are made of the payloads alone: made again, they must be the same bytes.
  private mutating func auditPayloadIndexes() {
    // An index by other tokenizers or stemmers cannot be made again; searches pass it over.
    guard let indexes = segment.payloadIndexes, !indexes.indexes.contains(where: \.isStale) else {
      return
    }
    let named = Set(indexes.indexes.lazy.filter(\.namesAnalysis).map { ByteString($0.key) })
    let parameters = indexes.indexes.map {
      (ByteString($0.key), PayloadIndexParameters(kind: $0.kind, parameters: $0.parameters))
    }
    let made = PayloadIndexWriter.write(
      segment.payload, indexes: Dictionary(parameters, uniquingKeysWith: { first, _ in first }),
      namesAnalysis: { named.contains(ByteString($0)) })
    if made != indexes.bytes.array {
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

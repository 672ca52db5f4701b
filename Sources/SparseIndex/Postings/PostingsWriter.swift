internal import StorageIO

/// Writes a postings section, one list after the other, dimensions ascending. The lists come first, so
/// that they can be drained while they are made; what describes them follows.
struct PostingsWriter {
  private let pointCount: Int
  private let codebook: WeightCodebook
  private var dimensions: [UInt32] = []
  /// Two words for each list.
  private var directory: [UInt64] = []
  /// The lists that have not been drained.
  private var lists = GrowingBytes()
  private var drainedByteCount = 0
  private var postingCount: UInt64 = 0

  init(pointCount: Int, codebook: WeightCodebook) {
    self.pointCount = pointCount
    self.codebook = codebook
  }

  /// - Parameters:
  ///   - offsets: the points that have the dimension, ascending; at least one.
  ///   - codes: their weights' codes.
  mutating func append(
    dimension: UInt32, offsets: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>
  ) {
    precondition(!offsets.isEmpty && offsets.count == codes.count)
    var least = UInt8.max
    var greatest = UInt8.min
    for code in codes {
      least = min(least, code)
      greatest = max(greatest, code)
    }
    let kind = PostingsFormat.kind(
      postingCount: offsets.count, pointCount: pointCount, codebook: codebook)
    dimensions.append(dimension)
    directory.append(UInt64(drainedByteCount + lists.count).littleEndian)
    directory.append(
      (UInt64(offsets.count) | UInt64(kind.rawValue) << 32 | UInt64(least) << 40
        | UInt64(greatest) << 48).littleEndian)
    postingCount += UInt64(offsets.count)
    switch kind {
    case .gaps: break
    case .nibbles:
      appendBlockCodes(offsets) { codes[$0] &+ 1 }
      return
    case .bitmap: preconditionFailure("bitmaps are not written any more")
    case .pairs:
      appendPairs(offsets, codes)
      return
    case .grouped:
      let groups = codebook.groups(of: codes, from: least, through: greatest)
      groups.lastCodes.withRawBytes { lists.append(contentsOf: $0) }
      appendBlockCodes(offsets) { groups.groupByCode[Int(codes[$0])] &+ 1 }
    }
    EliasFanoShape.encode(offsets, bound: pointCount, into: &lists)
    PackedCodes.encode(codes, bitCount: codebook.codeBitCount, into: &lists)
  }

  /// - Parameter code: the block code of the posting at an index.
  private mutating func appendBlockCodes(
    _ offsets: UnsafeBufferPointer<UInt32>, _ code: (Int) -> UInt8
  ) {
    let byteCount = PostingsFormat.blockCodesByteCount(pointCount: pointCount)
    lists.append(room: byteCount) { start in
      let bytes = start.assumingMemoryBound(to: UInt8.self)
      for index in 0..<offsets.count {
        let offset = offsets[index]
        bytes[Int(offset >> 1)] |= code(index) &<< UInt8(truncatingIfNeeded: (offset & 1) &<< 2)
      }
      return byteCount
    }
  }

  private mutating func appendPairs(
    _ offsets: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt8>
  ) {
    let maskPlace = PostingsFormat.pairCountByteCount
    let pairsPlace = maskPlace + PairCodes.maskByteCount(pointCount: pointCount)
    lists.append(room: pairsPlace + offsets.count) { start in
      let bytes = start.assumingMemoryBound(to: UInt8.self)
      let pairCount = PairCodes.encode(
        offsets, codes, mask: bytes + maskPlace, bytes: bytes + pairsPlace)
      start.storeBytes(of: UInt64(pairCount).littleEndian, as: UInt64.self)
      return pairsPlace + pairCount
    }
  }

  /// Hands over the section's bytes so far, once there are enough to be worth it.
  mutating func drain(_ emit: Emit) throws(StorageError) {
    guard lists.count >= PostingsFormat.drainByteCount else { return }
    try lists.withRawBytes(emit)
    drainedByteCount += lists.count
    lists.removeAll()
  }

  /// The whole section, for one that has not been drained.
  func finish() -> [UInt8] {
    .collecting { (emit) throws(StorageError) in try finish(emit) }
  }

  /// Hands over the section's bytes that have not been drained.
  func finish(_ emit: Emit) throws(StorageError) {
    try lists.withRawBytes(emit)
    let listsByteCount = drainedByteCount + lists.count
    let codebookPlace = SegmentFormat.aligned(listsByteCount + EliasFanoShape.paddingByteCount)
    let dimensionsPlace = codebookPlace + codebook.codeCount * 8
    let dimensionsEnd = dimensionsPlace + dimensions.count * 4
    let directoryPlace = SegmentFormat.aligned(dimensionsEnd)
    var bytes = [UInt8](repeating: 0, count: codebookPlace - listsByteCount)
    for code in 0..<codebook.codeCount {
      bytes.append(littleEndian: codebook.lower[code].bitPattern)
      bytes.append(littleEndian: codebook.upper[code].bitPattern)
    }
    try bytes.withRawBytes(emit)
    try dimensions.withRawBytes(emit)
    try [UInt8](repeating: 0, count: directoryPlace - dimensionsEnd).withRawBytes(emit)
    try directory.withRawBytes(emit)
    var trailer: [UInt8] = []
    trailer.append(littleEndian: UInt32(dimensions.count))
    trailer.append(littleEndian: UInt32(codebook.codeCount))
    trailer.append(littleEndian: UInt32(codebook.isExact ? 1 : 0))
    trailer.append(littleEndian: UInt32(codebook.codeBitCount))
    trailer.append(littleEndian: postingCount)
    trailer.append(littleEndian: UInt64(codebookPlace))
    trailer.append(littleEndian: UInt64(dimensionsPlace))
    trailer.append(littleEndian: UInt64(directoryPlace))
    trailer.append(littleEndian: UInt64(listsByteCount))
    trailer.append(littleEndian: UInt64(0))
    try trailer.withRawBytes(emit)
  }
}

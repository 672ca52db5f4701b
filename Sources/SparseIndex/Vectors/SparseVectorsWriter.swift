/// Writes the sparse vectors of one name, point by point in offset order.
///
/// Dimensions are written as ranks among the segment's dimensions, in Elias-Fano form, weights as
/// codes of the codebook where it is exact and as Float32 where it is not.
struct SparseVectorsWriter {
  private let dimensionCount: Int
  private let codebook: WeightCodebook
  private var presence: PointMask
  private var offset = 0
  private var norms: [Double] = []
  private var groupBases: [UInt64] = []
  private var recordOffsets: [UInt32] = []
  private var records: [UInt8] = []

  init(pointCount: Int, dimensionCount: Int, codebook: WeightCodebook) {
    self.dimensionCount = dimensionCount
    self.codebook = codebook
    presence = PointMask(count: pointCount)
    norms.reserveCapacity(pointCount)
    recordOffsets.reserveCapacity(pointCount)
  }

  /// The next point has no vector of this name.
  mutating func appendMissing() { beginRecord(norm: 0) }

  /// The next point's vector, its weights given by code (exact codebooks only).
  mutating func append(
    ranks: UnsafeBufferPointer<UInt32>, codes: UnsafeBufferPointer<UInt8>, norm: Double
  ) {
    precondition(codebook.isExact)
    appendRanks(ranks, norm: norm)
    PackedCodes.encode(codes, bitCount: codebook.codeBitCount, into: &records)
  }

  /// The next point's vector, its weights given as they are (for codebooks that are not exact).
  mutating func append(
    ranks: UnsafeBufferPointer<UInt32>, weights: UnsafeBufferPointer<Float>, norm: Double
  ) {
    precondition(!codebook.isExact)
    appendRanks(ranks, norm: norm)
    records.append(contentsOf: UnsafeRawBufferPointer(weights))
  }

  private mutating func appendRanks(_ ranks: UnsafeBufferPointer<UInt32>, norm: Double) {
    presence[offset] = true
    beginRecord(norm: norm)
    var count = UInt32(ranks.count)
    while count >= 0x80 {
      records.append(UInt8(truncatingIfNeeded: count) | 0x80)
      count >>= 7
    }
    records.append(UInt8(count))
    EliasFanoShape.encode(ranks, bound: dimensionCount, into: &records)
  }

  private mutating func beginRecord(norm: Double) {
    if offset % SparseVectorsFormat.groupPointCount == 0 {
      groupBases.append(UInt64(records.count))
    }
    recordOffsets.append(UInt32(UInt64(records.count) - groupBases.last!))
    norms.append(norm)
    offset += 1
  }

  /// The section's bytes.
  consuming func finish() -> [UInt8] {
    precondition(offset == presence.count)
    let presenceOffset = SparseVectorsFormat.headerByteCount
    let normsOffset = presenceOffset + presence.words.count * 8
    let basesOffset = normsOffset + norms.count * 8
    let recordOffsetsOffset = basesOffset + groupBases.count * 8
    let recordsOffset = recordOffsetsOffset + (recordOffsets.count * 4 + 7) & ~7
    var bytes: [UInt8] = []
    bytes.reserveCapacity(recordsOffset + records.count + EliasFanoShape.paddingByteCount)
    for value in [
      presence.memberCount, normsOffset, basesOffset, recordOffsetsOffset, recordsOffset,
      records.count,
    ] { bytes.append(littleEndian: UInt64(value)) }
    presence.words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    norms.withUnsafeBytes { bytes.append(contentsOf: $0) }
    groupBases.withUnsafeBytes { bytes.append(contentsOf: $0) }
    recordOffsets.withUnsafeBytes { bytes.append(contentsOf: $0) }
    while bytes.count < recordsOffset { bytes.append(0) }
    bytes.append(contentsOf: records)
    bytes.append(contentsOf: repeatElement(0, count: EliasFanoShape.paddingByteCount))
    return bytes
  }
}

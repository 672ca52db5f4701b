internal import StorageIO

/// Writes the sparse vectors of one name, point by point in offset order.
///
/// Dimensions are written as ranks among the segment's dimensions, in Elias-Fano form, weights as
/// codes of the codebook where it is exact and packed (`PackedWeights`) where it is not. These records
/// come first, so that they can be drained while they are made; what describes them follows.
struct SparseVectorsWriter {
  private let dimensionCount: Int
  private let codebook: WeightCodebook
  private var presence: PointMask
  private var offset = 0
  private var norms: [Double] = []
  private var groupBases: [UInt64] = []
  private var recordOffsets: [UInt32] = []
  /// The records that have not been drained.
  private var records = GrowingBytes()
  private var drainedByteCount = 0

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
    PackedWeights.append(weights, to: &records)
  }

  /// The next point's vector, with new ranks, its weights as they are stored in a record that has the
  /// same codes.
  mutating func append(
    ranks: UnsafeBufferPointer<UInt32>, weightsOf record: SparseVectorRecord, norm: Double
  ) {
    appendRanks(ranks, norm: norm)
    records.append(contentsOf: record.storedWeights)
  }

  /// The next point's vector as it is stored among the same dimensions, with the same codes.
  mutating func append(_ record: SparseVectorRecord, norm: Double) {
    begin(count: record.count, norm: norm)
    records.append(contentsOf: record.storedRanks)
    records.append(contentsOf: record.storedWeights)
  }

  private mutating func appendRanks(_ ranks: UnsafeBufferPointer<UInt32>, norm: Double) {
    begin(count: ranks.count, norm: norm)
    EliasFanoShape.encode(ranks, bound: dimensionCount, into: &records)
  }

  private mutating func begin(count: Int, norm: Double) {
    presence[offset] = true
    beginRecord(norm: norm)
    writeLEB128(UInt32(count)) { records.append($0) }
  }

  private mutating func beginRecord(norm: Double) {
    if offset % SparseVectorsFormat.groupPointCount == 0 {
      groupBases.append(UInt64(drainedByteCount + records.count))
    }
    recordOffsets.append(UInt32(UInt64(drainedByteCount + records.count) - groupBases.last!))
    norms.append(norm)
    offset += 1
  }

  /// Hands over the section's bytes so far, once there are enough to be worth it.
  mutating func drain(_ emit: Emit) throws(StorageError) {
    guard records.count >= PostingsFormat.drainByteCount else { return }
    try records.withRawBytes(emit)
    drainedByteCount += records.count
    records.removeAll()
  }

  /// Hands over the section's bytes that have not been drained.
  func finish(_ emit: Emit) throws(StorageError) {
    precondition(offset == presence.count)
    try records.withRawBytes(emit)
    let recordsByteCount = drainedByteCount + records.count
    let presencePlace = SegmentFormat.aligned(recordsByteCount + EliasFanoShape.paddingByteCount)
    let normsPlace = presencePlace + presence.words.count * 8
    let basesPlace = normsPlace + norms.count * 8
    let recordOffsetsPlace = basesPlace + groupBases.count * 8
    let recordOffsetsEnd = recordOffsetsPlace + recordOffsets.count * 4
    try [UInt8](repeating: 0, count: presencePlace - recordsByteCount).withRawBytes(emit)
    try presence.words.withRawBytes(emit)
    try norms.withRawBytes(emit)
    try groupBases.withRawBytes(emit)
    try recordOffsets.withRawBytes(emit)
    let trailerPlace = SegmentFormat.aligned(recordOffsetsEnd)
    var trailer = [UInt8](repeating: 0, count: trailerPlace - recordOffsetsEnd)
    let packedFlag = codebook.isExact ? 0 : SparseVectorsFormat.packedFlag
    trailer.append(littleEndian: UInt64(presence.memberCount) | packedFlag)
    for place in [recordsByteCount, presencePlace, normsPlace, basesPlace, recordOffsetsPlace] {
      trailer.append(littleEndian: UInt64(place))
    }
    try trailer.withRawBytes(emit)
  }
}

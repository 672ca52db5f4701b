internal import StorageIO

/// The sparse vectors of one name in one segment.
package final class SparseVectorsReader: Sendable {
  /// Points that have a vector of this name; an empty vector counts.
  package let vectorCount: Int
  package let presence: PointMask
  private let bytes: SharedBytes
  private let postings: PostingsReader
  private let pointCount: Int
  private let normsOffset: Int
  private let basesOffset: Int
  private let recordOffsetsOffset: Int
  private let recordsByteCount: Int
  /// Nil where weights are stored without codes.
  private let codeBitCount: Int?
  /// Whether weights without codes are packed: before version 3 of the format, they were not.
  let isPacked: Bool

  init(
    _ bytes: SharedBytes, postings: PostingsReader, path: String, position: Int
  ) throws(StorageError) {
    let pointCount = postings.pointCount
    func corrupt(_ offset: Int, _ expected: String) -> StorageError {
      .corrupt(path: path, offset: position + offset, expected: expected)
    }
    guard bytes.count >= SparseVectorsFormat.trailerByteCount else {
      throw corrupt(0, "a vectors trailer")
    }
    let trailer = bytes.count - SparseVectorsFormat.trailerByteCount
    typealias Offset = SparseVectorsFormat.TrailerOffset
    isPacked =
      bytes.load(at: trailer + Offset.vectorCount, as: UInt64.self)
      & SparseVectorsFormat.packedFlag != 0
    func size(at offset: Int, without flag: UInt64 = 0) throws(StorageError) -> Int {
      let value = bytes.load(at: trailer + offset, as: UInt64.self) & ~flag
      guard value <= UInt64(trailer) else {
        throw corrupt(trailer + offset, "a size within the section")
      }
      return Int(value)
    }
    self.bytes = bytes
    self.postings = postings
    self.pointCount = pointCount
    vectorCount = try size(at: Offset.vectorCount, without: SparseVectorsFormat.packedFlag)
    recordsByteCount = try size(at: Offset.recordsByteCount)
    let presenceOffset = try size(at: Offset.presencePlace)
    normsOffset = try size(at: Offset.normsPlace)
    basesOffset = try size(at: Offset.basesPlace)
    recordOffsetsOffset = try size(at: Offset.recordOffsetsPlace)
    codeBitCount = postings.codebook.isExact ? postings.codebook.codeBitCount : nil
    let groupPointCount = SparseVectorsFormat.groupPointCount
    let wordCount = (pointCount + 63) / 64
    guard recordsByteCount + EliasFanoShape.paddingByteCount <= presenceOffset,
      presenceOffset + wordCount * 8 <= normsOffset,
      normsOffset + pointCount * 8 <= basesOffset,
      basesOffset + (pointCount + groupPointCount - 1) / groupPointCount * 8
        <= recordOffsetsOffset,
      recordOffsetsOffset + pointCount * 4 <= trailer
    else { throw corrupt(trailer, "parts within the section") }
    var words = [UInt64](repeating: 0, count: wordCount)
    for index in words.indices {
      words[index] = bytes.load(at: presenceOffset + index * 8, as: UInt64.self)
    }
    presence = PointMask(count: pointCount, words: words)
  }

  /// The Euclidean length of the vector of the point at `offset`; 0 without one.
  @inline(__always)
  package func norm(at offset: Int) -> Double {
    bytes.load(at: normsOffset + offset * 8, as: Double.self)
  }

  /// The lengths of all vectors, Float64 at any address, by point offset.
  var norms: UnsafeRawPointer { bytes.base + normsOffset }

  /// The counts that the records refer to.
  var codeCount: Int { postings.codebook.codeCount }
  var postingCount: Int { postings.postingCount }

  /// The vector of the point at `offset`, or nil.
  package func vector(at offset: Int) -> SparseVector? {
    guard presence[offset] else { return nil }
    let record = record(at: offset)
    return SparseVector(
      ascending: [UInt32](unsafeUninitializedCapacity: record.count) { buffer, count in
        guard let ranks = buffer.baseAddress else { return }
        count = record.decodeRanks(into: ranks)
        postings.replaceRanks(ranks, count: count)
      },
      weights: record.weights(codebook: postings.codebook))
  }

  /// Calls `body` with the dimensions, ascending, and the weights of the vector of the point at
  /// `offset`, which must have one.
  package func withVector(
    at offset: Int, _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<Float>) -> Void
  ) {
    let record = record(at: offset)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: record.count) { dimensions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: record.count) { weights in
        guard let ranks = dimensions.baseAddress, let weightBase = weights.baseAddress else {
          return
        }
        let count = record.decodeRanks(into: ranks)
        postings.replaceRanks(ranks, count: count)
        record.decodeWeights(codebook: postings.codebook, into: weightBase)
        body(
          UnsafeBufferPointer(start: ranks, count: count),
          UnsafeBufferPointer(start: weightBase, count: count))
      }
    }
  }

  /// Calls `body` with the weights alone of the vector of the point at `offset`, which must have one.
  package func withWeights(at offset: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    let record = record(at: offset)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: record.count) { weights in
      guard let base = weights.baseAddress else { return }
      record.decodeWeights(codebook: postings.codebook, into: base)
      body(UnsafeBufferPointer(start: base, count: record.count))
    }
  }

  /// Calls `body` with the ranks of the dimensions, ascending, and the weights of the vector of the
  /// point at `offset`, which must have one.
  package func withRanks(
    at offset: Int, _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<Float>) -> Void
  ) {
    let record = record(at: offset)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: record.count) { ranks in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: record.count) { weights in
        guard let rankBase = ranks.baseAddress, let weightBase = weights.baseAddress else { return }
        let count = record.decodeRanks(into: rankBase)
        record.decodeWeights(codebook: postings.codebook, into: weightBase)
        body(
          UnsafeBufferPointer(start: rankBase, count: count),
          UnsafeBufferPointer(start: weightBase, count: count))
      }
    }
  }

  /// The stored form of the vector of the point at `offset`, which must have one.
  @inline(__always)
  package func record(at offset: Int) -> SparseVectorRecord {
    guard let record = wholeRecord(at: offset) else {
      preconditionFailure("a vector beyond its section")
    }
    return record
  }

  /// Nil when the record does not lie within the section.
  @inline(__always)
  func wholeRecord(at offset: Int) -> SparseVectorRecord? {
    let base = bytes.load(
      at: basesOffset + offset / SparseVectorsFormat.groupPointCount * 8, as: UInt64.self)
    let start =
      Int(truncatingIfNeeded: base)
      &+ Int(bytes.load(at: recordOffsetsOffset + offset * 4, as: UInt32.self))
    guard start >= 0, start < recordsByteCount,
      let (storedCount, countByteCount) = readLEB128(
        maxByteCount: min(5, recordsByteCount - start), byte: { bytes[start + $0] })
    else { return nil }
    let count = Int(storedCount)
    let position = start + countByteCount
    let bound = postings.dimensionCount
    let shape = EliasFanoShape(count: min(count, bound), bound: bound)
    let weightsPosition = position + shape.byteCount
    guard count <= bound, weightsPosition <= recordsByteCount else { return nil }
    let record = SparseVectorRecord(
      count: count, bound: bound, start: bytes.base + position,
      weightsStart: bytes.base + weightsPosition, codeBitCount: codeBitCount, isPacked: isPacked)
    guard record.storedWeights.count <= recordsByteCount - weightsPosition else { return nil }
    return record
  }
}

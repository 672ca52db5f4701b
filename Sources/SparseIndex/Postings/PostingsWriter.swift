internal import StorageIO

/// Writes a postings section, one list after the other, dimensions ascending. The lists come first, so
/// that they can be drained while they are made; what describes them follows.
struct PostingsWriter {
  private let pointCount: Int
  private let codebook: WeightCodebook
  private var dimensions: [UInt32] = []
  private var directory: [UInt8] = []
  /// The lists that have not been drained.
  private var lists: [UInt8] = []
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
    directory.append(littleEndian: UInt64(drainedByteCount + lists.count))
    directory.append(littleEndian: UInt32(offsets.count))
    directory.append(kind.rawValue)
    directory.append(least)
    directory.append(greatest)
    directory.append(0)
    postingCount += UInt64(offsets.count)
    switch kind {
    case .gaps: break
    case .nibbles:
      appendBlockCodes(offsets) { codes[$0] &+ 1 }
      return
    case .bitmap:
      appendBitmap(offsets)
      PackedCodes.encode(codes, bitCount: codebook.codeBitCount, into: &lists)
      return
    case .grouped:
      let groups = codebook.groups(from: least, through: greatest)
      lists.append(contentsOf: groups.lastCodes)
      appendBlockCodes(offsets) { groups.groupByCode[Int(codes[$0])] &+ 1 }
    }
    EliasFanoShape.encode(offsets, bound: pointCount, into: &lists)
    PackedCodes.encode(codes, bitCount: codebook.codeBitCount, into: &lists)
  }

  /// - Parameter code: the block code of the posting at an index.
  private mutating func appendBlockCodes(
    _ offsets: UnsafeBufferPointer<UInt32>, _ code: (Int) -> UInt8
  ) {
    let start = lists.count
    lists.append(
      contentsOf: repeatElement(
        0, count: PostingsFormat.blockCodesByteCount(pointCount: pointCount)))
    lists.withUnsafeMutableBufferPointer { bytes in
      for index in 0..<offsets.count {
        let offset = offsets[index]
        bytes[start &+ Int(offset >> 1)] |=
          code(index) &<< UInt8(truncatingIfNeeded: (offset & 1) &<< 2)
      }
    }
  }

  private mutating func appendBitmap(_ offsets: UnsafeBufferPointer<UInt32>) {
    let start = lists.count
    lists.append(
      contentsOf: repeatElement(0, count: PostingsFormat.bitmapByteCount(pointCount: pointCount)))
    lists.withUnsafeMutableBufferPointer { bytes in
      for offset in offsets {
        bytes[start &+ Int(offset >> 3)] |= 1 &<< UInt8(truncatingIfNeeded: offset & 7)
      }
    }
  }

  /// Hands over the section's bytes so far, once there are enough to be worth it.
  mutating func drain(
    _ emit: ([UInt8]) throws(StorageError) -> Void
  ) throws(StorageError) {
    guard lists.count >= PostingsFormat.drainByteCount else { return }
    try emit(lists)
    drainedByteCount += lists.count
    lists.removeAll(keepingCapacity: true)
  }

  /// The section's bytes that have not been drained.
  consuming func finish() -> [UInt8] {
    var bytes = lists
    func place() -> UInt64 { UInt64(drainedByteCount + bytes.count) }
    let listsByteCount = place()
    bytes.append(contentsOf: repeatElement(0, count: EliasFanoShape.paddingByteCount))
    while place() % 8 != 0 { bytes.append(0) }
    let codebookPlace = place()
    for code in 0..<codebook.codeCount {
      bytes.append(littleEndian: codebook.lower[code].bitPattern)
      bytes.append(littleEndian: codebook.upper[code].bitPattern)
    }
    let dimensionsPlace = place()
    dimensions.withUnsafeBytes { bytes.append(contentsOf: $0) }
    while place() % 8 != 0 { bytes.append(0) }
    let directoryPlace = place()
    bytes.append(contentsOf: directory)
    bytes.append(littleEndian: UInt32(dimensions.count))
    bytes.append(littleEndian: UInt32(codebook.codeCount))
    bytes.append(littleEndian: UInt32(codebook.isExact ? 1 : 0))
    bytes.append(littleEndian: UInt32(codebook.codeBitCount))
    bytes.append(littleEndian: postingCount)
    bytes.append(littleEndian: codebookPlace)
    bytes.append(littleEndian: dimensionsPlace)
    bytes.append(littleEndian: directoryPlace)
    bytes.append(littleEndian: listsByteCount)
    bytes.append(littleEndian: UInt64(0))
    return bytes
  }
}

extension [UInt8] {
  mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

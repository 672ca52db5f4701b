/// Writes a postings section, one list after the other, dimensions ascending.
struct PostingsWriter {
  private let pointCount: Int
  private let codebook: WeightCodebook
  private var dimensions: [UInt32] = []
  private var directory: [UInt8] = []
  private var lists: [UInt8] = []
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
    let isDense = PostingsFormat.isDense(
      postingCount: offsets.count, pointCount: pointCount, codeCount: codebook.codeCount)
    dimensions.append(dimension)
    directory.append(littleEndian: UInt64(lists.count))
    directory.append(littleEndian: UInt32(offsets.count))
    directory.append((isDense ? PostingsFormat.ListKind.dense : .sparse).rawValue)
    directory.append(least)
    directory.append(greatest)
    directory.append(0)
    postingCount += UInt64(offsets.count)
    if isDense {
      appendDense(offsets, codes)
    } else {
      EliasFanoShape.encode(offsets, bound: pointCount, into: &lists)
      PackedCodes.encode(codes, bitCount: codebook.codeBitCount, into: &lists)
    }
  }

  private mutating func appendDense(
    _ offsets: UnsafeBufferPointer<UInt32>, _ codes: UnsafeBufferPointer<UInt8>
  ) {
    let start = lists.count
    lists.append(
      contentsOf: repeatElement(0, count: PostingsFormat.denseByteCount(pointCount: pointCount)))
    lists.withUnsafeMutableBufferPointer { bytes in
      for (offset, code) in zip(offsets, codes) {
        let point = Int(offset)
        let shift = UInt8(truncatingIfNeeded: (point & 32) >> 3)
        bytes[start + (point >> 6) << 5 + (point & 31)] |= (code + 1) << shift
      }
    }
  }

  /// The section's bytes.
  consuming func finish() -> [UInt8] {
    let codebookOffset = PostingsFormat.headerByteCount
    let dimensionsOffset = codebookOffset + codebook.codeCount * 8
    let directoryOffset = (dimensionsOffset + dimensions.count * 4 + 7) & ~7
    let listsOffset = directoryOffset + directory.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(listsOffset + lists.count + EliasFanoShape.paddingByteCount)
    bytes.append(littleEndian: UInt32(dimensions.count))
    bytes.append(littleEndian: UInt32(codebook.codeCount))
    bytes.append(littleEndian: UInt32(codebook.isExact ? 1 : 0))
    bytes.append(littleEndian: UInt32(codebook.codeBitCount))
    bytes.append(littleEndian: postingCount)
    bytes.append(littleEndian: UInt64(codebookOffset))
    bytes.append(littleEndian: UInt64(dimensionsOffset))
    bytes.append(littleEndian: UInt64(directoryOffset))
    bytes.append(littleEndian: UInt64(listsOffset))
    bytes.append(littleEndian: UInt64(lists.count))
    for code in 0..<codebook.codeCount {
      bytes.append(littleEndian: codebook.lower[code].bitPattern)
      bytes.append(littleEndian: codebook.upper[code].bitPattern)
    }
    dimensions.withUnsafeBytes { bytes.append(contentsOf: $0) }
    while bytes.count < directoryOffset { bytes.append(0) }
    bytes.append(contentsOf: directory)
    bytes.append(contentsOf: lists)
    bytes.append(contentsOf: repeatElement(0, count: EliasFanoShape.paddingByteCount))
    return bytes
  }
}

extension [UInt8] {
  mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

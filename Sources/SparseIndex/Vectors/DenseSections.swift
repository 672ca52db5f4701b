internal import StorageIO

/// The dense vectors of one name in one segment: which points have one, and their components in
/// offset order. A point of multivectors has any number of rows.
package struct DenseSections: Sendable {
  /// Components of a row.
  package let size: Int
  package let isMultivector: Bool
  package let presence: PointMask
  private let bytes: SharedBytes
  private let rowStartsOffset: Int
  private let componentsOffset: Int

  /// - Parameter vectors: by point offset, nil where a point has none; rows of `size` components.
  static func build(_ vectors: [VectorValue?], size: Int, isMultivector: Bool) -> [UInt8] {
    var presence = PointMask(count: vectors.count)
    var rowStarts: [UInt32] = [0]
    var components: [Float] = []
    for (offset, vector) in vectors.enumerated() {
      switch vector {
      case .dense(let row):
        presence[offset] = true
        components.append(contentsOf: row)
      case .multiDense(let rows):
        presence[offset] = true
        for row in rows { components.append(contentsOf: row) }
      case .sparse, nil:
        break
      }
      rowStarts.append(UInt32(components.count / max(size, 1)))
    }
    var bytes = head(
      presence, rowStarts, size: size, isMultivector: isMultivector,
      componentCount: components.count)
    components.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Everything before the components.
  private static func head(
    _ presence: PointMask, _ rowStarts: [UInt32], size: Int, isMultivector: Bool,
    componentCount: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    let rowStartsOffset = DenseSectionsFormat.headerByteCount + presence.words.count * 8
    let rowStartsEnd = rowStartsOffset + rowStarts.count * 4
    let alignment = DenseSectionsFormat.alignment
    let componentsOffset = (rowStartsEnd + alignment - 1) & ~(alignment - 1)
    bytes.append(littleEndian: UInt32(size))
    bytes.append(littleEndian: UInt32(isMultivector ? 1 : 0))
    bytes.append(littleEndian: UInt64(rowStartsOffset))
    bytes.append(littleEndian: UInt64(componentsOffset))
    bytes.append(littleEndian: UInt64(componentCount))
    presence.words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    rowStarts.withUnsafeBytes { bytes.append(contentsOf: $0) }
    while bytes.count < componentsOffset { bytes.append(0) }
    return bytes
  }

  /// Hands on the section that the points of several make.
  /// - Parameter inputs: nil where an input lacks the name.
  static func merge(
    _ inputs: [DenseSections?], sources: [MergeOrder.Source], size: Int, isMultivector: Bool,
    _ emit: Emit
  ) throws(StorageError) {
    // Vectors of another size were stored under the name before it was removed and added again.
    let inputs = inputs.map { $0?.size == size && $0?.isMultivector == isMultivector ? $0 : nil }
    var presence = PointMask(count: sources.count)
    var rowStarts: [UInt32] = [0]
    rowStarts.reserveCapacity(sources.count + 1)
    for (point, source) in sources.enumerated() {
      let input = inputs[Int(source.input)]
      if let input, input.presence[Int(source.offset)] { presence[point] = true }
      rowStarts.append(
        rowStarts.last! + UInt32(presence[point] ? input!.rowCount(at: Int(source.offset)) : 0))
    }
    let head = head(
      presence, rowStarts, size: size, isMultivector: isMultivector,
      componentCount: Int(rowStarts.last!) * size)
    try head.withRawBytes(emit)
    var pieces = SectionPieces()
    for (point, source) in sources.enumerated() where presence[point] {
      let components = inputs[Int(source.input)]!.components(at: Int(source.offset))
      try pieces.bytes(UnsafeRawBufferPointer(components), emit)
    }
    try pieces.end(emit)
  }

  init(_ bytes: SharedBytes, pointCount: Int, path: String, position: Int) throws(StorageError) {
    let headerByteCount = DenseSectionsFormat.headerByteCount
    guard bytes.count >= headerByteCount else {
      throw .corrupt(path: path, offset: position, expected: "a dense vectors header")
    }
    self.bytes = bytes
    typealias Offset = DenseSectionsFormat.HeaderOffset
    size = Int(bytes.load(at: Offset.size, as: UInt32.self))
    isMultivector = bytes.load(at: Offset.isMultivector, as: UInt32.self) == 1
    let wordCount = (pointCount + 63) / 64
    let sizes = [Offset.rowStartsPlace, Offset.componentsPlace, Offset.componentCount].map {
      bytes.load(at: $0, as: UInt64.self)
    }
    guard sizes.allSatisfy({ $0 <= UInt64(bytes.count) }),
      headerByteCount + wordCount * 8 <= Int(sizes[0]),
      Int(sizes[0]) + (pointCount + 1) * 4 <= Int(sizes[1]),
      Int(sizes[1]) + Int(sizes[2]) * 4 <= bytes.count
    else {
      throw .corrupt(
        path: path, offset: position + Offset.rowStartsPlace, expected: "parts within the section")
    }
    rowStartsOffset = Int(sizes[0])
    componentsOffset = Int(sizes[1])
    var words = [UInt64](repeating: 0, count: wordCount)
    for index in words.indices {
      words[index] = bytes.load(at: headerByteCount + index * 8, as: UInt64.self)
    }
    presence = PointMask(count: pointCount, words: words)
    var previous: UInt32 = 0
    for offset in 0...pointCount {
      let start = bytes.load(at: rowStartsOffset + offset * 4, as: UInt32.self)
      guard start >= previous, UInt64(start) * UInt64(size) <= sizes[2] else {
        throw .corrupt(
          path: path, offset: position + rowStartsOffset + offset * 4,
          expected: "ascending row starts")
      }
      previous = start
    }
  }

  /// Rows of the point at `offset`; 0 when it has none.
  @inline(__always)
  package func rowCount(at offset: Int) -> Int { rowStart(offset + 1) - rowStart(offset) }

  /// The components of all rows of the point at `offset`, row after row; valid while the segment is.
  @inline(__always)
  package func components(at offset: Int) -> UnsafeBufferPointer<Float> {
    let start = (bytes.base + componentsOffset).assumingMemoryBound(to: Float.self)
    return UnsafeBufferPointer(
      start: start + rowStart(offset) * size, count: rowCount(at: offset) * size)
  }

  package func vector(at offset: Int) -> VectorValue? {
    guard presence[offset] else { return nil }
    let components = components(at: offset)
    guard isMultivector else { return .dense(Array(components)) }
    return .multiDense(
      (0..<rowCount(at: offset)).map { Array(components[$0 * size..<($0 + 1) * size]) })
  }

  @inline(__always)
  private func rowStart(_ offset: Int) -> Int {
    Int(bytes.load(at: rowStartsOffset + offset * 4, as: UInt32.self))
  }
}

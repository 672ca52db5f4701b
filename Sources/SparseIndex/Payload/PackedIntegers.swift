package import StorageIO

/// Unsigned integers of one fixed width, side by side.
package struct PackedIntegers: Sendable {
  package let bytes: SharedBytes
  /// Bytes an integer: 1, 2, 4 or 8.
  package let width: Int
  package let count: Int

  /// - Precondition: `bytes` holds `count` integers of `width` bytes.
  init(_ bytes: SharedBytes, width: Int, count: Int) {
    precondition(bytes.count >= width * count)
    self.bytes = bytes
    self.width = width
    self.count = count
  }

  package subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    switch width {
    case 1: return UInt64(bytes.base.load(fromByteOffset: index, as: UInt8.self))
    case 2: return UInt64(bytes.base.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
    case 4: return UInt64(bytes.base.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    default: return bytes.base.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
    }
  }

  /// The index-th integer of a list that was checked to be offsets within memory.
  @inline(__always)
  package func offset(_ index: Int) -> Int { Int(truncatingIfNeeded: self[index]) }

  /// The greatest, 0 when there is none.
  func greatest() -> UInt64 {
    switch width {
    case 1: greatest(UInt8.self)
    case 2: greatest(UInt16.self)
    case 4: greatest(UInt32.self)
    default: greatest(UInt64.self)
    }
  }

  private func greatest<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> UInt64 {
    var greatest: T = 0
    for index in 0..<count {
      greatest = max(
        greatest,
        bytes.base.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self))
    }
    return UInt64(greatest)
  }

  /// Whether the integers start at 0, never descend, and end at `last`.
  func areBounds(upTo last: Int) -> Bool {
    guard count > 0, self[0] == 0, self[count - 1] == UInt64(last) else { return false }
    var ascends = true
    for index in 1..<max(count, 1) { ascends = ascends && self[index - 1] <= self[index] }
    return ascends
  }

  /// Bytes of each bound of a list that ends at `last`.
  static func boundWidth(_ last: Int) -> Int { last <= Int(UInt32.max) ? 4 : 8 }

  /// The fewest bytes that hold `value`.
  static func width(of value: UInt64) -> Int {
    value <= UInt64(UInt8.max) ? 1 : value <= UInt64(UInt16.max) ? 2 : value >> 32 == 0 ? 4 : 8
  }
}

extension ByteWriter {
  /// Appends `values` with `width` bytes each, then zeros up to the alignment.
  mutating func packed(_ values: some Sequence<UInt64>, width: Int) {
    for value in values {
      switch width {
      case 1: u8(UInt8(truncatingIfNeeded: value))
      case 2: u16(UInt16(truncatingIfNeeded: value))
      case 4: u32(UInt32(truncatingIfNeeded: value))
      default: u64(value)
      }
    }
    pad(toMultipleOf: PayloadFormat.alignment)
  }
}

extension ByteReader {
  /// `count` integers of `width` bytes each, and the padding after them.
  mutating func packed(count: Int, width: Int) throws(StorageError) -> PackedIntegers {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, [1, 2, 4, 8].contains(width) else { throw corrupt("\(count) integers") }
    return PackedIntegers(try padded(byteCount), width: width, count: count)
  }

  /// `byteCount` bytes, and the padding after them.
  mutating func padded(_ byteCount: Int) throws(StorageError) -> SharedBytes {
    let piece = try bytes(byteCount)
    let excess = byteCount % PayloadFormat.alignment
    if excess > 0 { _ = try bytes(PayloadFormat.alignment - excess) }
    return piece
  }

  /// A u64 that counts elements; each takes at least `elementByteCount` of the remaining bytes.
  mutating func boundedCount(elementByteCount: Int) throws(StorageError) -> Int {
    let value = try u64()
    guard value <= UInt64(remainingByteCount / elementByteCount) else {
      throw corrupt("a count of elements that fit, not \(value)")
    }
    return Int(value)
  }
}

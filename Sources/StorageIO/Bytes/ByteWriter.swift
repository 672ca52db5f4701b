/// Appends what `ByteReader` reads, call for call.
package struct ByteWriter {
  package private(set) var contents: [UInt8] = []

  package init() {}

  package var byteCount: Int { contents.count }

  package mutating func reserveCapacity(_ byteCount: Int) { contents.reserveCapacity(byteCount) }
  package mutating func removeAll() { contents.removeAll(keepingCapacity: true) }

  // MARK: Fixed width, little-endian

  package mutating func u8(_ value: UInt8) { contents.append(value) }
  package mutating func u16(_ value: UInt16) { store(value) }
  package mutating func u32(_ value: UInt32) { store(value) }
  package mutating func u64(_ value: UInt64) { store(value) }
  package mutating func i64(_ value: Int64) { store(value) }
  package mutating func f32(_ value: Float) { store(value.bitPattern) }
  package mutating func f64(_ value: Double) { store(value.bitPattern) }

  private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    Swift.withUnsafeBytes(of: value.littleEndian) { contents.append(contentsOf: $0) }
  }

  /// Overwrites four bytes written before, such as a length that is known only now.
  package mutating func replaceU32(at offset: Int, with value: UInt32) {
    precondition(offset >= 0 && offset <= contents.count - 4, "replacing beyond the end")
    contents.withUnsafeMutableBytes {
      $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
  }

  // MARK: Variable length

  package mutating func varint(_ value: UInt64) { writeLEB128(value) { contents.append($0) } }

  /// Writes a count as `ByteReader.count` reads it.
  package mutating func count(_ count: Int) { varint(UInt64(count)) }

  /// Numbers that ascend strictly, each as the varint of its distance to the least it could be.
  package mutating func ascending(_ numbers: [UInt32]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: numbers.count * 5) { bytes in
      var end = 0
      var least: UInt32 = 0
      for number in numbers {
        writeLEB128(number &- least) {
          bytes[end] = $0
          end &+= 1
        }
        least = number &+ 1
      }
      contents.append(contentsOf: bytes[..<end])
    }
  }

  package mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
    contents.append(contentsOf: bytes)
  }

  package mutating func bytes(_ bytes: [UInt8]) { contents.append(contentsOf: bytes) }

  package mutating func bytes(_ bytes: SharedBytes) {
    bytes.withUnsafeBytes { contents.append(contentsOf: $0) }
  }

  package mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      varint(UInt64(utf8.count))
      contents.append(contentsOf: utf8)
    }
  }

  /// Zeros up to the next multiple of `alignment`.
  package mutating func pad(toMultipleOf alignment: Int) {
    let excess = contents.count % alignment
    if excess > 0 { contents.append(contentsOf: repeatElement(0, count: alignment - excess)) }
  }
}

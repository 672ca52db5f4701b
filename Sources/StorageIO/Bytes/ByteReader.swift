/// Reads values one after the other from bytes that may be anything at all.
///
/// Every length is compared with the bytes that are left before it is used, so no input makes this
/// trap, read elsewhere, or allocate more than the input could justify. What is missing or malformed
/// throws `.corrupt` with the path and the byte offset in the file.
package struct ByteReader {
  package let source: SharedBytes
  package let path: String
  /// Where `source` begins in the file, so that errors name offsets of the file.
  package let fileOffset: Int
  /// Invariant: within `0 ... source.count`.
  package private(set) var position = 0

  package init(_ source: SharedBytes, path: String, fileOffset: Int = 0) {
    self.source = source
    self.path = path
    self.fileOffset = fileOffset
  }

  package var remainingByteCount: Int { source.count - position }
  package var isAtEnd: Bool { remainingByteCount == 0 }

  /// The error to throw for a value just read (or about to be) that cannot be right.
  package func corrupt(_ expected: String) -> StorageError {
    .corrupt(path: path, offset: fileOffset + position, expected: expected)
  }

  // MARK: Fixed width, little-endian

  package mutating func u8() throws(StorageError) -> UInt8 { try load("1 byte") }
  package mutating func u16() throws(StorageError) -> UInt16 { try load("2 bytes") }
  package mutating func u32() throws(StorageError) -> UInt32 { try load("4 bytes") }
  package mutating func u64() throws(StorageError) -> UInt64 { try load("8 bytes") }
  package mutating func i64() throws(StorageError) -> Int64 { try load("8 bytes") }

  package mutating func f32() throws(StorageError) -> Float {
    Float(bitPattern: try load("4 bytes"))
  }

  package mutating func f64() throws(StorageError) -> Double {
    Double(bitPattern: try load("8 bytes"))
  }

  private mutating func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ expected: String
  ) throws(StorageError) -> Value {
    guard remainingByteCount >= MemoryLayout<Value>.size else { throw corrupt(expected) }
    defer { position += MemoryLayout<Value>.size }
    return Value(littleEndian: source.load(at: position))
  }

  // MARK: Variable length

  /// An unsigned LEB128 integer: seven bits a byte, lowest first, in the fewest bytes possible.
  package mutating func varint() throws(StorageError) -> UInt64 {
    guard
      let (value, byteCount) = readLEB128(
        maxByteCount: min(10, remainingByteCount), byte: { source[position + $0] })
    else { throw corrupt("a variable-length integer") }
    let last = source[position + byteCount - 1]
    // A last byte of zero adds nothing, and the tenth has room for one bit.
    guard byteCount == 1 || last != 0, byteCount < 10 || last == 1 else {
      throw corrupt("a variable-length integer")
    }
    position += byteCount
    return value
  }

  /// A varint that counts elements which follow, each of at least `elementByteCount` bytes: more
  /// than the bytes left can hold is damage, so the count is safe to allocate for.
  package mutating func count(elementByteCount: Int = 1) throws(StorageError) -> Int {
    var ahead = self
    let value = try ahead.varint()
    guard value <= UInt64(ahead.remainingByteCount / max(elementByteCount, 1)) else {
      throw corrupt("a count of elements that fit, not \(value)")
    }
    self = ahead
    return Int(value)
  }

  /// The next `byteCount` bytes, sharing the source's owner. Any count is safe, also a negative one.
  package mutating func bytes(_ byteCount: Int) throws(StorageError) -> SharedBytes {
    guard byteCount >= 0, byteCount <= remainingByteCount else {
      throw corrupt("\(byteCount) bytes")
    }
    defer { position += byteCount }
    return source.slice(position..<position + byteCount)
  }

  /// UTF-8 text after a varint of its byte count.
  package mutating func string() throws(StorageError) -> String {
    var ahead = self
    let byteCount = try ahead.count()
    let text = try ahead.bytes(byteCount).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { throw corrupt("UTF-8 text") }
    self = ahead
    return text
  }

  /// Throws unless everything has been read: bytes left over are damage too.
  package func expectEnd() throws(StorageError) {
    guard isAtEnd else { throw corrupt("the end, not \(remainingByteCount) more bytes") }
  }
}

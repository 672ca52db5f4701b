import StorageIO
import TestSupport
import Testing

@Suite struct ByteReaderTests {
  /// One of everything, in order.
  private static let everything: [UInt8] = {
    var writer = ByteWriter()
    writer.u8(0xAB)
    writer.u16(0xABCD)
    writer.u32(0x89AB_CDEF)
    writer.u64(0x0123_4567_89AB_CDEF)
    writer.i64(-2)
    writer.f32(-1.5)
    writer.f64(.pi)
    writer.varint(300)
    writer.bytes([1, 2, 3])
    writer.string("Müller")
    writer.count(2)
    writer.u16(7)
    writer.u16(8)
    return writer.contents
  }()

  private func readEverything(_ reader: inout ByteReader) throws(StorageError) {
    #expect(try reader.u8() == 0xAB)
    #expect(try reader.u16() == 0xABCD)
    #expect(try reader.u32() == 0x89AB_CDEF)
    #expect(try reader.u64() == 0x0123_4567_89AB_CDEF)
    #expect(try reader.i64() == -2)
    #expect(try reader.f32() == -1.5)
    #expect(try reader.f64() == .pi)
    #expect(try reader.varint() == 300)
    #expect(try reader.bytes(3).array == [1, 2, 3])
    #expect(try reader.string() == "Müller")
    #expect(try reader.count(elementByteCount: 2) == 2)
    #expect(try reader.u16() == 7)
    #expect(try reader.u16() == 8)
    try reader.expectEnd()
  }

  @Test func `values come back as written`() throws {
    var reader = ByteReader(SharedBytes(Self.everything), path: "/p")
    try readEverything(&reader)
  }

  /// A short read throws at the value that is cut, without moving past it.
  @Test func `every truncated length is corrupt, inside the file`() throws {
    let whole = SharedBytes(Self.everything)
    for length in 0..<whole.count {
      var reader = ByteReader(whole.slice(0..<length), path: "/p", fileOffset: 1_000)
      do {
        _ = try reader.u8()
        _ = try reader.u16()
        _ = try reader.u32()
        _ = try reader.u64()
        _ = try reader.i64()
        _ = try reader.f32()
        _ = try reader.f64()
        _ = try reader.varint()
        _ = try reader.bytes(3)
        _ = try reader.string()
        _ = try reader.count(elementByteCount: 2)
        _ = try reader.u16()
        _ = try reader.u16()
        Issue.record("read everything from \(length) bytes")
      } catch StorageError.corrupt(let path, let offset, _) {
        #expect(path == "/p")
        #expect(offset == 1_000 + reader.position)
        #expect(reader.position <= length)
      }
    }
  }

  @Test(
    "variable-length integers take the fewest bytes",
    arguments: [
      (0, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (UInt64(UInt32.max), 5),
      (UInt64.max >> 1, 9), (UInt64.max, 10),
    ])
  func varint(value: UInt64, byteCount: Int) throws {
    var writer = ByteWriter()
    writer.varint(value)
    #expect(writer.byteCount == byteCount)
    var reader = ByteReader(SharedBytes(writer.contents), path: "/p")
    #expect(try reader.varint() == value)
    #expect(reader.isAtEnd)
  }

  @Test(
    "malformed variable-length integers are corrupt",
    arguments: [
      [0x80], [0x80, 0x00], [0xFF, 0x80, 0x00],
      [UInt8](repeating: 0xFF, count: 9) + [0x02],
      [UInt8](repeating: 0xFF, count: 11),
      [UInt8](repeating: 0x80, count: 10) + [0x01],
    ] as [[UInt8]])
  func malformedVarint(bytes: [UInt8]) {
    var reader = ByteReader(SharedBytes(bytes), path: "/p", fileOffset: 5)
    #expect(
      throws: StorageError.corrupt(
        path: "/p", offset: 5, expected: "a variable-length integer")
    ) { try reader.varint() }
  }

  @Test func `a length beyond the end is corrupt before it is used`() {
    var writer = ByteWriter()
    writer.varint(UInt64.max)
    writer.bytes([UInt8](repeating: 0, count: 20))
    let source = SharedBytes(writer.contents)
    func reader() -> ByteReader { ByteReader(source, path: "/p") }
    #expect(throws: StorageError.self) {
      var reader = reader()
      _ = try reader.string()
    }
    #expect(throws: StorageError.self) {
      var reader = reader()
      _ = try reader.count(elementByteCount: 0)
    }
    for count in [-1, 31, Int.max, Int.min] {
      #expect(throws: StorageError.self) {
        var reader = reader()
        _ = try reader.bytes(count)
      }
    }
  }

  @Test func `a count must fit its elements`() throws {
    var writer = ByteWriter()
    writer.count(5)
    writer.bytes([UInt8](repeating: 0, count: 10))
    var fits = ByteReader(SharedBytes(writer.contents), path: "/p")
    #expect(try fits.count(elementByteCount: 2) == 5)
    var tooMany = ByteReader(SharedBytes(writer.contents), path: "/p")
    #expect(throws: StorageError.self) { try tooMany.count(elementByteCount: 3) }
    #expect(tooMany.position == 0)
  }

  @Test func `text that is not UTF-8 is corrupt`() {
    var reader = ByteReader(SharedBytes([2, 0xC3, 0x28]), path: "/p")
    #expect(
      throws: StorageError.corrupt(path: "/p", offset: 0, expected: "UTF-8 text")
    ) { try reader.string() }
  }

  @Test func `bytes left over are corrupt`() throws {
    var reader = ByteReader(SharedBytes([1, 2]), path: "/p")
    _ = try reader.u8()
    #expect(
      throws: StorageError.corrupt(
        path: "/p", offset: 1, expected: "the end, not 1 more bytes")
    ) { try reader.expectEnd() }
  }

  @Test func `a length written before it was known can be replaced`() throws {
    var writer = ByteWriter()
    writer.u8(1)
    writer.u32(0)
    writer.string("")
    writer.replaceU32(at: 1, with: 0x0102_0304)
    #expect(writer.contents == [1, 4, 3, 2, 1, 0])
    writer.pad(toMultipleOf: 8)
    #expect(writer.byteCount == 8)
    writer.pad(toMultipleOf: 8)
    #expect(writer.byteCount == 8)
  }
}

import StorageIO
import TestSupport
import Testing

/// Decoders meet any bytes at all: whatever they are told to read, they give a value or `.corrupt`,
/// stay within the bytes, and an error leaves them where they were.
@Suite struct ByteReaderFuzzTests {
  @Test("any calls on any bytes give a value or corruption", arguments: 0..<20 as Range<UInt64>)
  func anyBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      var bytes = random.bytes(Int.random(in: 0..<64, using: &random))
      // Long runs of continuation bytes and small lengths are rare in random bytes.
      if Bool.random(using: &random) { bytes = bytes.map { $0 | 0x80 } }
      if Bool.random(using: &random) { bytes = bytes.map { $0 & 0x07 } }
      var reader = ByteReader(SharedBytes(bytes), path: "/p", fileOffset: 100)
      for _ in 0..<10 {
        let before = reader.position
        do throws(StorageError) {
          try readSomething(&reader, &random)
          #expect(reader.position >= before, "seed \(seed)")
        } catch {
          guard case .corrupt("/p", let offset, _) = error else {
            Issue.record("seed \(seed): \(error)")
            return
          }
          #expect(offset >= 100 && offset <= 100 + bytes.count, "seed \(seed)")
          #expect(reader.position == before, "seed \(seed)")
        }
        #expect(reader.position + reader.remainingByteCount == bytes.count, "seed \(seed)")
      }
    }
  }

  private func readSomething(
    _ reader: inout ByteReader, _ random: inout SeededGenerator
  ) throws(StorageError) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: _ = try reader.u8()
    case 1: _ = try reader.u16()
    case 2: _ = try reader.u32()
    case 3: _ = try reader.u64()
    case 4: _ = try reader.i64()
    case 5: _ = try reader.f32()
    case 6: _ = try reader.f64()
    case 7: _ = try reader.varint()
    case 8: _ = try reader.string()
    case 9: _ = try reader.bytes(Int(truncatingIfNeeded: random.next()))
    case 10: _ = try reader.bytes(Int.random(in: -2..<20, using: &random))
    default:
      let elementByteCount = Int.random(in: 0..<40, using: &random)
      let available = reader.remainingByteCount
      let count = try reader.count(elementByteCount: elementByteCount)
      #expect(count * max(elementByteCount, 1) <= available)
    }
  }

  @Test("what is written in any order comes back", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var writer = ByteWriter()
    var checks: [(inout ByteReader) throws -> Bool] = []
    for _ in 0..<500 {
      // Values of every magnitude.
      let value = random.next() >> UInt64.random(in: 0..<64, using: &random)
      switch Int.random(in: 0..<9, using: &random) {
      case 0:
        writer.u8(UInt8(truncatingIfNeeded: value))
        checks.append { try $0.u8() == UInt8(truncatingIfNeeded: value) }
      case 1:
        writer.u16(UInt16(truncatingIfNeeded: value))
        checks.append { try $0.u16() == UInt16(truncatingIfNeeded: value) }
      case 2:
        writer.u32(UInt32(truncatingIfNeeded: value))
        checks.append { try $0.u32() == UInt32(truncatingIfNeeded: value) }
      case 3:
        writer.i64(Int64(bitPattern: value))
        checks.append { try $0.i64() == Int64(bitPattern: value) }
      case 4:
        writer.f64(Double(bitPattern: value))
        checks.append { try $0.f64().bitPattern == value }
      case 5:
        writer.f32(Float(bitPattern: UInt32(truncatingIfNeeded: value)))
        checks.append { try $0.f32().bitPattern == UInt32(truncatingIfNeeded: value) }
      case 6:
        writer.varint(value)
        checks.append { try $0.varint() == value }
      case 7:
        let text = String(decoding: random.bytes(Int(value % 20)), as: UTF8.self)
        writer.string(text)
        checks.append { try $0.string() == text }
      default:
        let bytes = random.bytes(Int(value % 20))
        writer.count(bytes.count)
        writer.bytes(bytes)
        checks.append {
          let count = try $0.count()
          return try $0.bytes(count).array == bytes
        }
      }
    }
    var reader = ByteReader(SharedBytes(writer.contents), path: "/p")
    for (index, check) in checks.enumerated() {
      #expect(try check(&reader), "seed \(seed), value \(index)")
    }
    try reader.expectEnd()
  }
}

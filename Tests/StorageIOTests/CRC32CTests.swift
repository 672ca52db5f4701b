import StorageIO
import TestSupport
import Testing

@Suite struct CRC32CTests {
  @Test(
    "known checksums",
    arguments: [
      (Array("123456789".utf8), UInt32(0xE306_9283)),
      ([], 0),
      // RFC 3720, appendix B.4.
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ([UInt8](0..<32), 0x46DD_794E),
      ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
    ] as [([UInt8], UInt32)])
  func known(bytes: [UInt8], checksum: UInt32) {
    #expect(CRC32C.checksum(bytes) == checksum)
    #expect(bytes.withRawBytes { CRC32C.portableChecksum($0) } == checksum)
  }

  /// The lengths cross each block size of the C code; the starts cross every alignment.
  @Test func `the instruction and the tables agree at every length, alignment and cut`() {
    var random = SeededGenerator(seed: 1)
    let bytes = random.bytes(40_000)
    let lengths =
      Array(0...800) + [1535, 1536, 1537, 12287, 12288, 12289, 13055, 13056, 24600, 39_000]
    bytes.withRawBytes { bytes in
      for length in lengths {
        let start = Int.random(in: 0..<16, using: &random)
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
        let expected = CRC32C.portableChecksum(part)
        #expect(CRC32C.checksum(part) == expected, "length \(length), start \(start)")
        let cut = Int.random(in: 0...length, using: &random)
        let head = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: part[..<cut]))
        let tail = UnsafeRawBufferPointer(rebasing: part[cut...])
        #expect(CRC32C.checksum(tail, continuing: head) == expected, "length \(length), cut \(cut)")
        #expect(CRC32C.portableChecksum(tail, continuing: head) == expected)
      }
    }
  }

  @Test func `every flipped bit changes the checksum`() {
    var bytes = [UInt8](repeating: 7, count: 100)
    let checksum = CRC32C.checksum(bytes)
    for bit in 0..<800 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(CRC32C.checksum(bytes) != checksum)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }
}

import StorageIO
import TestSupport
import Testing

@Suite struct LZ4BlockTests {
  private func decompress(_ block: [UInt8], rawByteCount: Int) throws(StorageError) -> [UInt8] {
    try block.withRawBytes { (bytes) throws(StorageError) in
      try LZ4Block.decompress(bytes, rawByteCount: rawByteCount, path: "/p", offset: 7)
    }
  }

  private func corrupt(_ rawByteCount: Int) -> StorageError {
    .corrupt(path: "/p", offset: 7, expected: "an LZ4 block of \(rawByteCount) raw bytes")
  }

  @Test func `what shrinks comes back the same`() throws {
    var random = SeededGenerator(seed: 2)
    for byteCount in [13, 20, 100, 5_000, 70_000, 300_000] {
      let raw = (0..<byteCount).map { _ in UInt8.random(in: 0..<4, using: &random) / 3 }
      guard let block = LZ4Block.compress(raw) else {
        #expect(byteCount < 100)
        continue
      }
      #expect(block.count < raw.count)
      #expect(try decompress(block, rawByteCount: raw.count) == raw)
    }
  }

  @Test func `the highest compression there is stays within the bound`() throws {
    let raw = [UInt8](repeating: 9, count: 1 << 20)
    let block = try #require(LZ4Block.compress(raw))
    #expect(try decompress(block, rawByteCount: raw.count) == raw)
  }

  @Test func `what does not shrink is not compressed`() {
    var random = SeededGenerator(seed: 3)
    #expect(LZ4Block.compress([]) == nil)
    #expect(LZ4Block.compress([1]) == nil)
    #expect(LZ4Block.compress(random.bytes(1_000)) == nil)
  }

  @Test func `a wrong raw byte count is corrupt`() throws {
    let raw = [UInt8](repeating: 5, count: 1_000)
    let block = try #require(LZ4Block.compress(raw))
    for wrong in [-1, 0, 999, 1_001, 1 << 20, 1 << 31, Int.max] {
      #expect(throws: corrupt(wrong)) { try decompress(block, rawByteCount: wrong) }
    }
    #expect(throws: corrupt(0)) { try decompress([], rawByteCount: 0) }
  }

  @Test func `a cut block is corrupt at every length`() throws {
    let raw = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let block = try #require(LZ4Block.compress(raw))
    for length in block.indices {
      #expect(throws: corrupt(raw.count)) {
        try decompress(Array(block[..<length]), rawByteCount: raw.count)
      }
    }
  }

  @Test func `mutated blocks give an error or the asked number of bytes`() throws {
    var random = SeededGenerator(seed: 4)
    let raw = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 6) }
    let block = try #require(LZ4Block.compress(raw))
    for _ in 0..<20_000 {
      var mutated = block
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        mutated[Int.random(in: mutated.indices, using: &random)] = UInt8(
          truncatingIfNeeded: random.next())
      }
      do {
        #expect(try decompress(mutated, rawByteCount: raw.count).count == raw.count)
      } catch {
        #expect(error == corrupt(raw.count))
      }
    }
  }
}

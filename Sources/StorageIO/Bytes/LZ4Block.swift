import CLZ4

/// One LZ4 block, which stands by itself: no frame, no dictionary, no length. A file that stores it
/// stores the raw byte count beside it.
package enum LZ4Block {
  /// Takes a sixth less time than 1, for a block that is a sixtieth larger, where ratings are compressed.
  private static let acceleration: Int32 = 8

  /// The compressed bytes, or nil if they would not be fewer than the raw ones (also for none).
  package static func compress(_ raw: UnsafeRawBufferPointer) -> [UInt8]? {
    guard raw.count > 1, raw.count <= LZ4_MAX_INPUT_SIZE else { return nil }
    // LZ4 gives up by itself, returning 0, when the block does not fit.
    let capacity = raw.count - 1
    let block = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = Int(
        LZ4_compress_fast(
          raw.baseAddress!.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self),
          Int32(raw.count), Int32(capacity), acceleration))
    }
    return block.isEmpty ? nil : block
  }

  package static func compress(_ raw: [UInt8]) -> [UInt8]? {
    raw.withRawBytes { compress($0) }
  }

  /// The raw bytes of `block`, exactly `rawByteCount` (at least one) of them.
  ///
  /// Safe on any bytes whatever, also with a `rawByteCount` read from disk: LZ4 expands at most
  /// 255-fold, so an impossible count is refused before anything of its size is allocated.
  /// - Throws: `.corrupt` naming `path` and `offset` (where the block begins in its file).
  package static func decompress(
    _ block: UnsafeRawBufferPointer, rawByteCount: Int, path: String, offset: Int
  ) throws(StorageError) -> [UInt8] {
    let damage = StorageError.corrupt(
      path: path, offset: offset, expected: "an LZ4 block of \(rawByteCount) raw bytes")
    guard block.count > 0, rawByteCount > 0, rawByteCount <= LZ4_MAX_INPUT_SIZE,
      block.count <= Int(Int32.max), rawByteCount / 255 <= block.count
    else { throw damage }
    let raw = [UInt8](unsafeUninitializedCapacity: rawByteCount) { buffer, count in
      let result = LZ4_decompress_safe(
        block.baseAddress!.assumingMemoryBound(to: CChar.self),
        UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self),
        Int32(block.count), Int32(rawByteCount))
      count = result == rawByteCount ? rawByteCount : 0
    }
    guard raw.count == rawByteCount else { throw damage }
    return raw
  }
}

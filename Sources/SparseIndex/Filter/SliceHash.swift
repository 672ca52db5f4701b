/// SipHash-2-4 (Aumasson and Bernstein 2012) of a point id with a zero key: what Qdrant's `slice`
/// condition divides points by. The input is the integer's 8 bytes little-endian, or the UUID's 16.
package enum SliceHash {
  package static func hash(_ id: PointID) -> UInt64 {
    switch id {
    case .integer(let value): hash(words: [value], byteCount: 8)
    case .uuid(let value):
      hash(
        words: [
          UInt64(truncatingIfNeeded: value >> 64).byteSwapped,
          UInt64(truncatingIfNeeded: value).byteSwapped,
        ], byteCount: 16)
    }
  }

  private static func hash(words: [UInt64], byteCount: UInt64) -> UInt64 {
    var v0: UInt64 = 0x736f_6d65_7073_6575
    var v1: UInt64 = 0x646f_7261_6e64_6f6d
    var v2: UInt64 = 0x6c79_6765_6e65_7261
    var v3: UInt64 = 0x7465_6462_7974_6573

    func round() {
      v0 = v0 &+ v1
      v1 = rotated(v1, 13) ^ v0
      v0 = rotated(v0, 32)
      v2 = v2 &+ v3
      v3 = rotated(v3, 16) ^ v2
      v0 = v0 &+ v3
      v3 = rotated(v3, 21) ^ v0
      v2 = v2 &+ v1
      v1 = rotated(v1, 17) ^ v2
      v2 = rotated(v2, 32)
    }

    // The last word holds the bytes left over (none here) and the length.
    for word in words + [byteCount << 56] {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }
    v2 ^= 0xFF
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }
}

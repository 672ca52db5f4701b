/// MurmurHash3 (x86, 32 bits) by Austin Appleby.
package enum Murmur3 {
  package static func hash(_ bytes: some Collection<UInt8>, seed: UInt32 = 0) -> UInt32 {
    var hash = seed
    var block: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      block |= UInt32(byte) << (8 * (count & 3))
      count &+= 1
      if count & 3 == 0 {
        hash ^= scrambled(block)
        hash = rotated(hash, 13) &* 5 &+ 0xE654_6B64
        block = 0
      }
    }
    if count & 3 != 0 { hash ^= scrambled(block) }
    hash ^= count
    hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
    hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
    return hash ^ hash >> 16
  }

  private static func scrambled(_ block: UInt32) -> UInt32 {
    rotated(block &* 0xCC9E_2D51, 15) &* 0x1B87_3593
  }

  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value << count | value >> (32 - count)
  }
}

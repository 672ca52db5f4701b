internal import StorageIO

/// The weights of one vector, bit for bit, without what they have in common: the leading bits that the
/// range of their magnitudes leaves unused, the sign where none is negative, and trailing bits that are
/// the same in all. (Frame-of-reference coding, of bit patterns, which ascend with the magnitude.)
///
/// Stored are the bits of a magnitude, with `signFlag` when a sign bit stands above each; the number of
/// trailing bits left out (u8); the pattern of the least magnitude (u32); and the packed differences
/// from it. Where that is not shorter: `plain` and Float32s. Nothing at all when there are no weights.
package struct PackedWeights {
  private static let signFlag: UInt8 = 0x80
  private static let plain: UInt8 = 0xFF
  private static let headerByteCount = 6

  /// The first weight's bits.
  private let bits: UnsafeRawPointer
  // Float32s' own: 31 bits and a sign each, above zero.
  private var magnitudeBitCount: UInt64 = 31
  private var bitCount = 32
  private var shift: UInt32 = 0
  private var least: UInt32 = 0

  /// Weights stored as Float32.
  init(plain start: UnsafeRawPointer) { bits = start }

  /// Reads the header; up to 8 bytes from `start` on, and from any of the weights, must be readable.
  @inline(__always)
  package init(_ start: UnsafeRawPointer, count: Int) {
    guard count > 0 else {
      bits = start
      return
    }
    let form = start.load(as: UInt8.self)
    guard form != Self.plain else {
      bits = start + 1
      return
    }
    bits = start + Self.headerByteCount
    magnitudeBitCount = UInt64(form & 31)
    bitCount = Int(form & 31) + Int(form >> 7)
    shift = UInt32(start.load(fromByteOffset: 1, as: UInt8.self))
    least = start.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
  }

  /// Where `count` weights end.
  @inline(__always)
  package func end(count: Int) -> UnsafeRawPointer { bits + (count * bitCount + 7) >> 3 }

  /// The weight at `index`, below the count, to the last bit.
  @inline(__always)
  package subscript(index: Int) -> Float {
    let place = index &* bitCount
    let word = bits.loadUnaligned(fromByteOffset: place &>> 3, as: UInt64.self)
    let value = word &>> UInt64(place & 7) & (1 &<< UInt64(bitCount) &- 1)
    let difference = UInt32(truncatingIfNeeded: value & (1 &<< magnitudeBitCount &- 1))
    let sign = UInt32(truncatingIfNeeded: value &>> magnitudeBitCount)
    return Float(bitPattern: least &+ difference &<< shift | sign &<< 31)
  }

  /// Packs finite weights.
  package static func append(_ weights: UnsafeBufferPointer<Float>, to bytes: inout GrowingBytes) {
    guard let first = weights.first?.bitPattern else { return }
    var least = UInt32.max
    var greatest: UInt32 = 0
    var signs: UInt32 = 0
    var different: UInt32 = 0
    for weight in weights {
      let magnitude = weight.magnitude.bitPattern
      least = min(least, magnitude)
      greatest = max(greatest, magnitude)
      signs |= weight.bitPattern
      different |= weight.bitPattern ^ first
    }
    let shift = UInt32(min(31, different.trailingZeroBitCount))
    let signBitCount = Int(signs &>> 31)
    let magnitudeBitCount = UInt32.bitWidth - ((greatest - least) >> shift).leadingZeroBitCount
    let bitCount = magnitudeBitCount + signBitCount
    let byteCount = headerByteCount + (weights.count * bitCount + 7) >> 3
    guard byteCount < 1 + weights.count * MemoryLayout<Float>.size else {
      bytes.append(plain)
      bytes.append(contentsOf: UnsafeRawBufferPointer(weights))
      return
    }
    // Whole words are stored.
    bytes.append(room: byteCount + 8) { start in
      start.storeBytes(
        of: UInt8(magnitudeBitCount) | (signBitCount > 0 ? signFlag : 0), as: UInt8.self)
      start.storeBytes(of: UInt8(shift), toByteOffset: 1, as: UInt8.self)
      start.storeBytes(of: least.littleEndian, toByteOffset: 2, as: UInt32.self)
      var place = start + headerByteCount
      var word: UInt64 = 0
      var filled = 0
      for weight in weights {
        let sign = UInt64(weight.bitPattern &>> 31) & UInt64(signBitCount)
        let difference = UInt64((weight.magnitude.bitPattern &- least) &>> shift)
        word |= (sign &<< UInt64(magnitudeBitCount) | difference) &<< UInt64(filled)
        filled &+= bitCount
        place.storeBytes(of: word, as: UInt64.self)
        place += filled &>> 3
        word &>>= UInt64(filled & ~7)
        filled &= 7
      }
      return byteCount
    }
  }
}

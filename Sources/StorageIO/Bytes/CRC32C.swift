import CKernels

/// CRC-32C (Castagnoli), the checksum of every file of the store.
///
/// Computed by the processor's own instruction where it has one (`crc32c.c`), by tables elsewhere.
package enum CRC32C {
  /// - Parameter previous: the checksum of the bytes before these, to continue it; 0 to begin.
  package static func checksum(
    _ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0
  ) -> UInt32 {
    guard hasInstruction else { return portableChecksum(bytes, continuing: previous) }
    return sparse_crc32c(previous, bytes.baseAddress, bytes.count)
  }

  package static func checksum(_ bytes: SharedBytes, continuing previous: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { checksum($0, continuing: previous) }
  }

  package static func checksum(_ bytes: [UInt8], continuing previous: UInt32 = 0) -> UInt32 {
    bytes.withRawBytes { checksum($0, continuing: previous) }
  }

  package static let hasInstruction = sparse_crc32c_is_available()

  /// The same function by eight tables ("slicing by 8", Kounavis and Berry 2005): eight bytes a step.
  package static func portableChecksum(
    _ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0
  ) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      func entry(_ table: Int, _ byte: UInt64) -> UInt32 {
        tables[table << 8 | Int(truncatingIfNeeded: byte & 0xFF)]
      }
      var crc = ~previous
      var offset = 0
      while bytes.count - offset >= 8 {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          ^ UInt64(crc)
        crc = entry(7, word) ^ entry(6, word >> 8) ^ entry(5, word >> 16) ^ entry(4, word >> 24)
        crc ^= entry(3, word >> 32) ^ entry(2, word >> 40)
        crc ^= entry(1, word >> 48) ^ entry(0, word >> 56)
        offset += 8
      }
      while offset < bytes.count {
        crc = entry(0, UInt64(crc) ^ UInt64(bytes[offset])) ^ crc >> 8
        offset += 1
      }
      return ~crc
    }
  }

  /// `tables[k · 256 + b]`: what byte `b` followed by `k` zero bytes contributes.
  private static let tables: [UInt32] = {
    let reversedPolynomial: UInt32 = 0x82F6_3B78
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? reversedPolynomial : 0) }
    }
    for index in 256..<8 * 256 {
      let shorter = tables[index - 256]
      tables.append(tables[Int(shorter & 0xFF)] ^ shorter >> 8)
    }
    return tables
  }()
}

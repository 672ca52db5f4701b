internal import Kindred
internal import StorageIO

/// Puts the right checksums into bytes that a fuzzer has changed, so that what lies behind the
/// checksums is tested too: a file from a stranger has right ones.
package enum Resealing {
  package static func log(_ bytes: inout [UInt8]) {
    guard bytes.count >= LogFormat.fileHeaderByteCount else { return }
    let seed = SharedBytes(bytes).load(at: 12, as: UInt32.self)
    var previous = CRC32C.checksum(Array(bytes[..<44]))
    store(previous, in: &bytes, at: 44)
    var offset = LogFormat.fileHeaderByteCount
    while bytes.count - offset > LogFormat.frameHeaderByteCount {
      let stored = Int(SharedBytes(bytes).load(at: offset, as: UInt32.self))
      let body = offset + LogFormat.frameHeaderByteCount
      guard stored > 0, stored <= bytes.count - body else { return }
      store(previous, in: &bytes, at: offset + 24)
      let head = CRC32C.checksum(SharedBytes(Array(bytes[offset..<offset + 32])), continuing: seed)
      previous = CRC32C.checksum(
        SharedBytes(Array(bytes[body..<body + stored])), continuing: head)
      store(previous, in: &bytes, at: offset + 32)
      offset = body + stored
    }
  }

  package static func manifest(_ bytes: inout [UInt8]) {
    guard bytes.count > 20 else { return }
    store(UInt32(bytes.count), in: &bytes, at: 12)
    store(CRC32C.checksum(Array(bytes.dropLast(4))), in: &bytes, at: bytes.count - 4)
  }

  /// Also makes the size right, and the place of the section table if it is nowhere.
  package static func segment(_ bytes: inout [UInt8]) {
    let (header, footer, entry) = (32, 40, 32)
    guard bytes.count >= header + footer else { return }
    let end = bytes.count - footer
    store(UInt32(bytes.count), in: &bytes, at: end + 16)
    store(UInt32(0), in: &bytes, at: end + 20)
    store(CRC32C.checksum(Array(bytes[..<header])), in: &bytes, at: end + 24)
    let count = Int(SharedBytes(bytes).load(at: end + 8, as: UInt32.self))
    let table = end - count * entry
    if count <= 64, table >= header {
      store(UInt32(table), in: &bytes, at: end)
      store(UInt32(0), in: &bytes, at: end + 4)
      for index in 0..<count {
        let place = table + index * entry
        let start = SharedBytes(bytes).load(at: place + 8, as: UInt64.self)
        let length = SharedBytes(bytes).load(at: place + 16, as: UInt64.self)
        guard start <= UInt64(table), length <= UInt64(table) - start else { continue }
        let section = bytes[Int(start)..<Int(start + length)]
        store(CRC32C.checksum(Array(section)), in: &bytes, at: place + 4)
      }
      store(CRC32C.checksum(Array(bytes[table..<end])), in: &bytes, at: end + 12)
    }
    store(CRC32C.checksum(Array(bytes[end..<end + 28])), in: &bytes, at: end + 28)
  }

  private static func store(_ value: UInt32, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8))
    }
  }
}

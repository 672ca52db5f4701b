import StorageIO

/// The mark that a writer leaves after the last frame when nothing more is to be written: a word
/// that everything before it has been synced, so that damage there is not taken for a write that
/// did not finish. The next frame takes its place. It is a frame header of another type, with
/// nothing behind it.
package struct DurableMark: Equatable, Sendable {
  package static let byteCount = LogFormat.frameHeaderByteCount
  private static let type: UInt8 = 2

  /// The sequence number of the frame that would stand here.
  package var sequenceNumber: UInt64
  /// Where the mark stands: all bytes before have been synced.
  package var offset: Int
  /// The checksum of the last frame, or of the file header.
  package var previousChecksum: UInt32

  package func encoded(seed: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.u32(0)
    writer.u32(0)
    writer.u64(sequenceNumber)
    writer.u64(UInt64(offset))
    writer.u32(previousChecksum)
    writer.u8(Self.type)
    writer.u8(0)
    writer.u16(0)
    writer.u32(
      writer.contents.withUnsafeBytes { CRC32C.checksum($0, continuing: seed) })
    assert(writer.byteCount == Self.byteCount)
    return writer.contents
  }

  package init(sequenceNumber: UInt64, offset: Int, previousChecksum: UInt32) {
    self.sequenceNumber = sequenceNumber
    self.offset = offset
    self.previousChecksum = previousChecksum
  }

  /// Nil where no whole mark of this file stands at `offset`.
  init?(_ bytes: SharedBytes, at offset: Int, seed: UInt32) {
    guard bytes.count - offset >= Self.byteCount, bytes[offset + 28] == Self.type,
      bytes.load(at: offset + 16, as: UInt64.self) == UInt64(offset)
    else { return nil }
    self.init(
      sequenceNumber: bytes.load(at: offset + 8), offset: offset,
      previousChecksum: bytes.load(at: offset + 24))
    guard bytes.slice(offset..<offset + Self.byteCount).array == encoded(seed: seed) else {
      return nil
    }
  }
}

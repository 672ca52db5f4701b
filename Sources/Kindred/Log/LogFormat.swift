import StorageIO

/// The bytes of a log file, as `docs/formats/log.md` describes them. Constants live only here.
package enum LogFormat {
  package static let magic = Array("KINDWAL\n".utf8)
  package static let version: UInt32 = 2
  package static let fileHeaderByteCount = 48
  package static let frameHeaderByteCount = 36
  /// The largest batch, before compression.
  package static let maxBatchByteCount = 64 << 20
  /// File and sequence numbers are below this.
  static let numberLimit: UInt64 = 1 << 62

  /// Where the fields of the file header are.
  enum HeaderOffset {
    static let seed = 12
    static let storeIdentity = 16
    static let fileNumber = 24
    static let firstSequenceNumber = 32
  }
}

/// The head of a log file.
package struct LogHeader: Equatable, Sendable {
  package var version = LogFormat.version
  package var seed: UInt32
  package var storeIdentity: UInt64
  package var fileNumber: UInt64
  package var firstSequenceNumber: UInt64

  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.bytes(LogFormat.magic)
    writer.u32(version)
    writer.u32(seed)
    writer.u64(storeIdentity)
    writer.u64(fileNumber)
    writer.u64(firstSequenceNumber)
    writer.u32(0)
    writer.u32(CRC32C.checksum(writer.contents))
    assert(writer.byteCount == LogFormat.fileHeaderByteCount)
    return writer.contents
  }

  /// The checksum that the first frame links to.
  package var checksum: UInt32 { SharedBytes(encoded).load(at: 44) }

  /// - Throws: `.newerFormat`, or `.corrupt` when this is not a complete header.
  package init(_ bytes: SharedBytes, path: String) throws(StorageError) {
    guard bytes.count >= LogFormat.fileHeaderByteCount,
      bytes.slice(0..<8).array == LogFormat.magic
    else { throw .corrupt(path: path, offset: 0, expected: "the header of a log file") }
    let head = bytes.slice(0..<44)
    guard CRC32C.checksum(head) == bytes.load(at: 44, as: UInt32.self) else {
      throw .corrupt(path: path, offset: 44, expected: "the checksum of the file header")
    }
    version = bytes.load(at: 8, as: UInt32.self)
    guard version <= LogFormat.version else {
      throw .newerFormat(path: path, found: version, supported: LogFormat.version)
    }
    guard version > 0, bytes.load(at: 40, as: UInt32.self) == 0 else {
      throw .corrupt(path: path, offset: 8, expected: "a format version up to \(LogFormat.version)")
    }
    typealias Offset = LogFormat.HeaderOffset
    seed = bytes.load(at: Offset.seed)
    storeIdentity = bytes.load(at: Offset.storeIdentity)
    fileNumber = bytes.load(at: Offset.fileNumber)
    firstSequenceNumber = bytes.load(at: Offset.firstSequenceNumber)
    // The limit leaves room to count on from these numbers.
    guard 1..<LogFormat.numberLimit ~= fileNumber,
      1..<LogFormat.numberLimit ~= firstSequenceNumber
    else {
      throw .corrupt(
        path: path, offset: Offset.fileNumber, expected: "numbers that can be counted on from")
    }
  }

  package init(
    seed: UInt32, storeIdentity: UInt64, fileNumber: UInt64, firstSequenceNumber: UInt64
  ) {
    self.seed = seed
    self.storeIdentity = storeIdentity
    self.fileNumber = fileNumber
    self.firstSequenceNumber = firstSequenceNumber
  }
}

/// The head of a frame, without its checksum.
package struct FrameHeader: Equatable, Sendable {
  package enum Coding: UInt8, Sendable {
    case raw = 0
    case lz4 = 1
  }

  static let batchType: UInt8 = 1

  package var storedByteCount: Int
  package var rawByteCount: Int
  package var sequenceNumber: UInt64
  /// Bytes of the file that were synced when the frame was written.
  package var durableByteCount: Int
  package var previousChecksum: UInt32
  package var coding: Coding

  var byteCount: Int { LogFormat.frameHeaderByteCount + storedByteCount }

  /// Appends the frame: this header, its checksum, the stored bytes.
  /// - Returns: the frame's checksum.
  func append(
    to writer: inout ByteWriter, stored: UnsafeRawBufferPointer, seed: UInt32
  ) -> UInt32 {
    precondition(stored.count == storedByteCount && storedByteCount > 0)
    precondition(storedByteCount <= rawByteCount && rawByteCount <= LogFormat.maxBatchByteCount)
    let start = writer.byteCount
    writer.u32(UInt32(storedByteCount))
    writer.u32(UInt32(rawByteCount))
    writer.u64(sequenceNumber)
    writer.u64(UInt64(durableByteCount))
    writer.u32(previousChecksum)
    writer.u8(Self.batchType)
    writer.u8(coding.rawValue)
    writer.u16(0)
    let head = writer.contents.withUnsafeBytes { all in
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: all[start...]), continuing: seed)
    }
    let checksum = CRC32C.checksum(stored, continuing: head)
    writer.u32(checksum)
    writer.bytes(stored)
    return checksum
  }

  /// Reads what stands at `offset` if it is a whole frame of this file by its own checksum; whether
  /// it is the *next* frame is for the caller to compare.
  init?(_ bytes: SharedBytes, at offset: Int, seed: UInt32, checksum: inout UInt32) {
    let room = bytes.count - offset - LogFormat.frameHeaderByteCount
    guard room > 0 else { return nil }
    guard bytes[offset + 28] == Self.batchType, let coding = Coding(rawValue: bytes[offset + 29]),
      bytes.load(at: offset + 30, as: UInt16.self) == 0
    else { return nil }
    let stored = Int(bytes.load(at: offset, as: UInt32.self))
    let raw = Int(bytes.load(at: offset + 4, as: UInt32.self))
    let durable = bytes.load(at: offset + 16, as: UInt64.self)
    guard stored > 0, stored <= room, stored <= raw, raw <= LogFormat.maxBatchByteCount,
      (coding == .raw) == (stored == raw), durable <= UInt64(offset)
    else { return nil }
    let body = offset + LogFormat.frameHeaderByteCount
    let head = CRC32C.checksum(bytes.slice(offset..<offset + 32), continuing: seed)
    checksum = CRC32C.checksum(bytes.slice(body..<body + stored), continuing: head)
    guard checksum == bytes.load(at: offset + 32, as: UInt32.self) else { return nil }
    self.init(
      storedByteCount: stored, rawByteCount: raw,
      sequenceNumber: bytes.load(at: offset + 8), durableByteCount: Int(durable),
      previousChecksum: bytes.load(at: offset + 24), coding: coding)
  }

  /// The batch of this frame, which stands at `offset`, decompressed.
  func batch(
    in bytes: SharedBytes, at offset: Int, path: String
  ) throws(StorageError) -> [UInt8] {
    let body = offset + LogFormat.frameHeaderByteCount
    let stored = bytes.slice(body..<body + storedByteCount)
    switch coding {
    case .raw: return stored.array
    case .lz4:
      return try stored.withUnsafeBytes { (block) throws(StorageError) in
        try LZ4Block.decompress(block, rawByteCount: rawByteCount, path: path, offset: body)
      }
    }
  }

  init(
    storedByteCount: Int, rawByteCount: Int, sequenceNumber: UInt64, durableByteCount: Int,
    previousChecksum: UInt32, coding: Coding
  ) {
    self.storedByteCount = storedByteCount
    self.rawByteCount = rawByteCount
    self.sequenceNumber = sequenceNumber
    self.durableByteCount = durableByteCount
    self.previousChecksum = previousChecksum
    self.coding = coding
  }
}

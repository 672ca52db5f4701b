import StorageIO

/// Reads one log file from its first frame to where it ends, and decides what that end means.
package struct LogReader {
  /// One batch as the log holds it.
  package struct Frame {
    package var sequenceNumber: UInt64
    /// Where the frame begins in the file.
    package var offset: Int
    /// The batch, decompressed.
    package var batch: [UInt8]
  }

  /// The bytes after the last valid frame.
  package enum Ending: Equatable, Sendable {
    /// Nothing, or reserved zeros.
    case clean
    /// Bytes of a write that did not finish.
    case torn(byteCount: Int)
  }

  package let header: LogHeader
  /// The end of the frames read so far.
  package private(set) var offset: Int
  /// Checksum of the last frame read, which the next one links to.
  package private(set) var lastChecksum: UInt32
  package private(set) var nextSequenceNumber: UInt64
  /// Bytes that the frames read so far prove to have been synced; without a frame not even the header.
  private var provenByteCount = 0
  /// Known once `next` has returned nil.
  package private(set) var ending: Ending?

  private let bytes: SharedBytes
  private let path: String

  /// - Throws: `.corrupt` when the header is damaged or the file belongs elsewhere; `.newerFormat`.
  package init(
    _ bytes: SharedBytes, path: String, storeIdentity: UInt64, fileNumber: UInt64
  ) throws(StorageError) {
    header = try LogHeader(bytes, path: path)
    guard header.storeIdentity == storeIdentity else {
      throw .corrupt(
        path: path, offset: LogFormat.HeaderOffset.storeIdentity,
        expected: "the identity of this store")
    }
    guard header.fileNumber == fileNumber else {
      throw .corrupt(
        path: path, offset: LogFormat.HeaderOffset.fileNumber,
        expected: "file number \(fileNumber)")
    }
    self.bytes = bytes
    self.path = path
    offset = LogFormat.fileHeaderByteCount
    lastChecksum = header.checksum
    nextSequenceNumber = header.firstSequenceNumber
  }

  /// - Returns: the next frame, or nil at the end of the log; `ending` says which end.
  /// - Throws: `.corrupt` when bytes that had been synced are damaged.
  package mutating func next() throws(StorageError) -> Frame? {
    var checksum: UInt32 = 0
    guard ending == nil,
      let frame = FrameHeader(bytes, at: offset, seed: header.seed, checksum: &checksum),
      frame.previousChecksum == lastChecksum, frame.sequenceNumber == nextSequenceNumber
    else {
      if ending == nil { ending = try judgeEnd() }
      return nil
    }
    let start = offset
    let batch = try frame.batch(in: bytes, at: start, path: path)
    offset += frame.byteCount
    lastChecksum = checksum
    nextSequenceNumber += 1
    provenByteCount = frame.durableByteCount
    return Frame(sequenceNumber: frame.sequenceNumber, offset: start, batch: batch)
  }

  /// Where the log ends and what to link to; it does not hold on to the file. The frames have been
  /// read to the end.
  package var end: LogEnd {
    precondition(ending != nil, "read to the end first")
    return LogEnd(
      header: header, offset: offset, lastChecksum: lastChecksum,
      nextSequenceNumber: nextSequenceNumber,
      unprovenBytes: bytes.slice(provenByteCount..<offset).array)
  }

  /// The mark that may stand after the frames read so far.
  package var mark: DurableMark {
    DurableMark(
      sequenceNumber: nextSequenceNumber, offset: offset, previousChecksum: lastChecksum)
  }

  /// The bytes from `offset` on, for setting a torn tail aside.
  package var remainder: SharedBytes { bytes.slice(offset..<bytes.count) }

  /// The end of the frames, the clean zeros or the torn write after it, or damage? See "Where the log
  /// ends" in the format document.
  private mutating func judgeEnd() throws(StorageError) -> Ending {
    let isMarked = DurableMark(bytes, at: offset, seed: header.seed) == mark
    if isMarked { provenByteCount = offset }
    let lastNonzero = bytes.withUnsafeBytes { Self.lastNonzeroByte(of: $0) }
    guard let lastNonzero, lastNonzero >= offset + (isMarked ? DurableMark.byteCount : 0) else {
      return .clean
    }
    var candidate = offset
    while candidate <= lastNonzero {
      var checksum: UInt32 = 0
      if let frame = FrameHeader(bytes, at: candidate, seed: header.seed, checksum: &checksum),
        frame.sequenceNumber >= nextSequenceNumber
      {
        if frame.durableByteCount > offset {
          throw .corrupt(
            path: path, offset: offset,
            expected:
              "the frame of sequence number \(nextSequenceNumber); a later one is whole, so "
              + "this is damage and not an unfinished write" + Remedy.forDamage)
        }
        candidate += frame.byteCount
      } else if candidate > offset,
        let mark = DurableMark(bytes, at: candidate, seed: header.seed),
        mark.sequenceNumber >= nextSequenceNumber
      {
        throw .corrupt(
          path: path, offset: offset,
          expected:
            "the frame of sequence number \(nextSequenceNumber); a mark behind it says that "
            + "it had been synced, so this is damage and not an unfinished write"
            + Remedy.forDamage)
      } else {
        candidate += 1
      }
    }
    return .torn(byteCount: lastNonzero + 1 - offset)
  }

  /// Reserved room can be megabytes of zeros: eight at a time.
  private static func lastNonzeroByte(of bytes: UnsafeRawBufferPointer) -> Int? {
    var end = bytes.count
    while end >= 8, bytes.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
    return bytes[..<end].lastIndex { $0 != 0 }
  }
}

/// The state in which a log file can be written on.
package struct LogEnd: Sendable {
  package let header: LogHeader
  /// The end of the last whole frame.
  package let offset: Int
  package let lastChecksum: UInt32
  package let nextSequenceNumber: UInt64
  /// The last bytes before `offset`, which nothing proves to have been synced: after a failed sync
  /// they may be readable and yet not on the disk.
  package let unprovenBytes: [UInt8]
}

import StorageIO

/// Appends frames to one log file. Used by one thread at a time.
///
/// Invariants: bytes before `durableByteCount` survive a crash; bytes before `byteCount` are whole
/// frames (once written); `byteCount <= reservedByteCount`.
package final class LogWriter {
  package let header: LogHeader
  package let path: String
  package private(set) var byteCount: Int
  package private(set) var durableByteCount: Int
  package private(set) var nextSequenceNumber: UInt64

  private let file: any File
  private var previousChecksum: UInt32
  private var reservedByteCount: Int
  /// Frames that `append` has made and `write` has not written yet.
  private var staged = ByteWriter()
  /// Whether there may be bytes in the file after `durableByteCount` that are not reserved zeros.
  private var hasUnsyncedBytes = false
  /// Whether a mark stands at `byteCount`.
  private var isMarked = false

  /// The reservation grows with the file between these bounds.
  private static let minChunkByteCount = 64 << 10
  private static let maxChunkByteCount = 8 << 20

  /// Makes a new log file: writes and syncs the header. The caller syncs the directory before the
  /// first frame is written.
  package init(
    creating path: String, header: LogHeader, in fileSystem: any FileSystem
  ) throws(StorageError) {
    self.header = header
    self.path = path
    let file = try fileSystem.open(path, .create)
    self.file = file
    do throws(StorageError) {
      try header.encoded.withRawBytes { (bytes) throws(StorageError) in
        try file.write(bytes, at: 0)
      }
      try file.synchronize()
    } catch {
      file.close()
      throw error
    }
    byteCount = LogFormat.fileHeaderByteCount
    durableByteCount = byteCount
    reservedByteCount = byteCount
    previousChecksum = header.checksum
    nextSequenceNumber = header.firstSequenceNumber
  }

  /// Goes on where a reader has found the end: cuts off what follows, writes again what may never have
  /// reached the disk, and syncs, so that every frame the reader has seen is durable. The file must
  /// not be mapped any more.
  package init(
    resuming end: LogEnd, path: String, in fileSystem: any FileSystem
  ) throws(StorageError) {
    header = end.header
    self.path = path
    byteCount = end.offset
    durableByteCount = end.offset
    reservedByteCount = end.offset
    previousChecksum = end.lastChecksum
    nextSequenceNumber = end.nextSequenceNumber
    let file = try fileSystem.open(path, .update)
    self.file = file
    do throws(StorageError) {
      if try file.byteCount() != end.offset { try file.truncate(to: end.offset) }
      if !end.unprovenBytes.isEmpty {
        try end.unprovenBytes.withRawBytes { (bytes) throws(StorageError) in
          try file.write(bytes, at: end.offset - bytes.count)
        }
      }
      try file.synchronize()
    } catch {
      file.close()
      throw error
    }
  }

  package var isEmpty: Bool { byteCount == LogFormat.fileHeaderByteCount && staged.byteCount == 0 }

  /// Makes sure that `count` more bytes can be appended and `spareByteCount` after them, beyond what
  /// is staged already; reserves ahead when there are any to append.
  /// - Throws: `.io`; `isOutOfSpace` when the disk is full. Nothing has changed then.
  package func reserve(_ count: Int, spareByteCount: Int = 0) throws(StorageError) {
    let needed = byteCount + staged.byteCount + count + spareByteCount
    guard needed > reservedByteCount else { return }
    let chunk =
      count == 0 ? 0 : min(max(needed, Self.minChunkByteCount), Self.maxChunkByteCount)
    do {
      try file.reserve(byteCount: needed + chunk)
      reservedByteCount = needed + chunk
    } catch  where error.isOutOfSpace {
      try file.reserve(byteCount: needed)
      reservedByteCount = needed
    }
  }

  /// Bytes that can be appended without asking the disk for room.
  package var remainingByteCount: Int { reservedByteCount - byteCount - staged.byteCount }

  /// Stages the batch as the next frame.
  /// - Returns: its sequence number.
  package func append(_ batch: EncodedBatch) -> UInt64 {
    let frame = FrameHeader(
      storedByteCount: batch.stored.count, rawByteCount: batch.rawByteCount,
      sequenceNumber: nextSequenceNumber, durableByteCount: durableByteCount,
      previousChecksum: previousChecksum, coding: batch.coding)
    previousChecksum = batch.stored.withRawBytes { stored in
      frame.append(to: &staged, stored: stored, seed: header.seed)
    }
    nextSequenceNumber += 1
    return frame.sequenceNumber
  }

  /// Where the log stood, to go back to when a group cannot be made durable.
  package struct Mark {
    fileprivate let byteCount: Int
    fileprivate let previousChecksum: UInt32
    fileprivate let nextSequenceNumber: UInt64
  }

  /// - Precondition: nothing is staged, and everything written is durable.
  package var mark: Mark {
    precondition(staged.byteCount == 0 && !hasUnsyncedBytes)
    return Mark(
      byteCount: byteCount, previousChecksum: previousChecksum,
      nextSequenceNumber: nextSequenceNumber)
  }

  /// Writes the staged frames with one `pwrite`. They are durable after `synchronize`.
  package func write() throws(StorageError) {
    guard staged.byteCount > 0 else { return }
    let offset = byteCount
    hasUnsyncedBytes = true
    isMarked = false
    try staged.contents.withRawBytes { (bytes) throws(StorageError) in
      try file.write(bytes, at: offset)
    }
    byteCount += staged.byteCount
    reservedByteCount = max(reservedByteCount, byteCount)
    clearStaged()
  }

  /// Makes everything written durable.
  package func synchronize() throws(StorageError) {
    guard durableByteCount < byteCount else { return }
    try file.synchronize()
    durableByteCount = byteCount
    hasUnsyncedBytes = false
  }

  /// Forgets the frames since `mark`, those staged and those that `write` or `synchronize` failed with.
  /// Cuts off durably what has been written of them, so that a refused batch does not come back
  /// after a crash.
  ///
  /// This does not repeat a failed sync: the bytes that it was about are gone before the cut is synced.
  /// - Throws: the frames may be there when the log is read again, or not. The file must not be used
  ///   any more.
  package func discard(backTo mark: Mark) throws(StorageError) {
    clearStaged()
    previousChecksum = mark.previousChecksum
    nextSequenceNumber = mark.nextSequenceNumber
    guard hasUnsyncedBytes else { return }
    try file.truncate(to: mark.byteCount)
    try file.synchronize()
    byteCount = mark.byteCount
    reservedByteCount = byteCount
    hasUnsyncedBytes = false
  }

  /// Leaves a mark after the last frame, which the next one takes the place of. It is not synced, and
  /// where it cannot be written nothing is lost but what it would have said.
  package func markDurable() {
    guard !isMarked, !isEmpty, durableByteCount == byteCount, !hasUnsyncedBytes else { return }
    let mark = DurableMark(
      sequenceNumber: nextSequenceNumber, offset: byteCount, previousChecksum: previousChecksum)
    do throws(StorageError) {
      try reserve(0, spareByteCount: DurableMark.byteCount)
      try mark.encoded(seed: header.seed).withRawBytes { (bytes) throws(StorageError) in
        try file.write(bytes, at: byteCount)
      }
      isMarked = true
    } catch {
      return
    }
  }

  /// Gives reserved room back and closes. Every frame must be durable.
  /// - Parameter keepingMark: where a next file begins, that says more than a mark.
  package func close(keepingMark: Bool = false) {
    let end = byteCount + (keepingMark && isMarked ? DurableMark.byteCount : 0)
    // Reserved bytes beyond the frames only waste room: failing to return them harms nothing.
    if reservedByteCount > end { try? file.truncate(to: end) }
    file.close()
  }

  private func clearStaged() {
    // One large batch is no reason to keep its room.
    if staged.byteCount > Self.maxChunkByteCount {
      staged = ByteWriter()
    } else {
      staged.removeAll()
    }
  }
}

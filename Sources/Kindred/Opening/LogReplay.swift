import SparseIndex
import StorageIO

/// Repeats what the log says happened after the manifest was written.
struct LogReplay {
  private(set) var batchCount = 0
  /// The bytes of the batches, decompressed.
  private(set) var byteCount = 0
  /// The bytes of the log files before the last.
  private(set) var sealedByteCount = 0
  private(set) var tornByteCount = 0
  private(set) var fileCount = 0

  private let directory: DataDirectory
  private let manifest: Manifest
  private let progress: (Double) -> Void
  private var totalByteCount = 0
  /// Operations on points that have been read but not applied, by collection identity: applied
  /// together they make one run.
  private var pending: [UInt64: PendingOperations] = [:]
  private var pendingByteCount = 0
  private static let applyByteCount = 8 << 20

  init(directory: DataDirectory, manifest: Manifest, progress: @escaping (Double) -> Void) {
    self.directory = directory
    self.manifest = manifest
    self.progress = progress
  }

  /// - Returns: the last log file, cut where it ends, ready to append to; nil where a segment of the
  ///   state has been found damaged. Nothing has been changed then, and the state is not to be used.
  /// - Throws: `.corrupt` for a gap or damage anywhere but in an unfinished last write.
  mutating func run(into state: inout StoreState) throws(StorageError) -> LogWriter? {
    var log = try LiveLog(
      LiveLog.find(manifest, in: directory), of: manifest, in: directory)
    totalByteCount = log.files.reduce(0) { $0 + $1.byteCount }
    try log.read { (frame, path) throws(StorageError) in
      try replay(frame, path: path, into: &state)
    }
    try applyPending(to: &state)
    if state.damage != nil {
      log.close()
      return nil
    }
    progress(1)
    fileCount = log.files.count
    sealedByteCount = log.files.dropLast().reduce(0) { $0 + $1.reader.offset }
    let path = log.files.last!.path
    let end = try settleEnd(of: log.files.last!.reader)
    log.close()
    return try LogWriter(resuming: end, path: path, in: directory.fileSystem)
  }

  private mutating func replay(
    _ frame: LogReader.Frame, path: String, into state: inout StoreState
  ) throws(StorageError) {
    let batch = SharedBytes(frame.batch)
    for operation in try BatchDecoder.decode(batch, path: path, offset: frame.offset) {
      try add(operation, to: &state)
    }
    state.sequenceNumber = frame.sequenceNumber
    batchCount += 1
    byteCount += batch.count
    pendingByteCount += batch.count
    if pendingByteCount >= Self.applyByteCount {
      try applyPending(to: &state)
      progress(min(Double(byteCount) / Double(max(totalByteCount * 2, 1)), 0.99))
    }
  }

  private mutating func add(
    _ operation: LogOperation, to state: inout StoreState
  ) throws(StorageError) {
    if case .points(let identity, let operations) = operation {
      guard let collection = state.collections[identity] else { return }
      pendingByteCount += pending[identity, default: PendingOperations()].addAgain(
        operations, to: collection)
    } else {
      try applyPending(to: &state)
      try state.apply(operation)
    }
  }

  private mutating func applyPending(to state: inout StoreState) throws(StorageError) {
    for (identity, pending) in pending {
      try state.apply(.points(collection: identity, pending.operations))
    }
    pending.removeAll()
    pendingByteCount = 0
  }

  // MARK: The end

  /// Sets a torn tail aside before `LogWriter` cuts it off.
  private mutating func settleEnd(of reader: LogReader) throws(StorageError) -> LogEnd {
    if case .torn(let byteCount) = reader.ending {
      tornByteCount = byteCount
      let tail = reader.remainder.slice(0..<byteCount)
      let path = directory.tornTail(reader.header.fileNumber)
      do throws(StorageError) {
        try tail.withUnsafeBytes { (bytes) throws(StorageError) in
          try directory.fileSystem.writeAtomically(path: path, bytes: bytes)
        }
      } catch  where error.isOutOfSpace {
        // Nothing in it was acknowledged: a full disk is no reason not to start.
      }
    }
    return reader.end
  }
}

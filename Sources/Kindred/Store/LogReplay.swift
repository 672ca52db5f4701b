import SparseIndex
import StorageIO

/// Repeats what the log says happened after the manifest was written.
struct LogReplay {
  private(set) var batchCount = 0
  /// Of the batches, decompressed.
  private(set) var byteCount = 0
  /// Of the log files before the last.
  private(set) var sealedByteCount = 0
  private(set) var tornByteCount = 0
  private(set) var fileCount = 0

  private let directory: DataDirectory
  private let manifest: Manifest
  private let progress: (Double) -> Void
  private var totalByteCount = 0
  /// Operations on points that have been read but not applied, by collection identity: applied
  /// together they make one run.
  private var pending: [UInt64: [PointOperation]] = [:]
  private var pendingByteCount = 0
  private static let applyByteCount = 8 << 20

  init(directory: DataDirectory, manifest: Manifest, progress: @escaping (Double) -> Void) {
    self.directory = directory
    self.manifest = manifest
    self.progress = progress
  }

  /// - Returns: the last log file, cut where it ends, ready to append to.
  /// - Throws: `.corrupt` for a gap or damage anywhere but in an unfinished last write.
  mutating func run(into state: inout StoreState) throws(StorageError) -> LogWriter {
    var files = try openFiles()
    totalByteCount = files.reduce(0) { $0 + $1.byteCount }
    let last = files.indices.last!
    for index in files.indices {
      try replay(&files[index], isLast: index == last, into: &state)
    }
    try applyPending(to: &state)
    progress(1)
    fileCount = files.count
    sealedByteCount = files.dropLast().reduce(0) { $0 + $1.reader.offset }
    let path = files[last].path
    let end = try settleEnd(of: files[last])
    // Lets go of the mappings, since the file may be cut now.
    files.removeAll()
    return try LogWriter(resuming: end, path: path, in: directory.fileSystem)
  }

  private struct LogFile {
    let path: String
    let byteCount: Int
    var reader: LogReader
  }

  // MARK: Which files

  /// The live log files in order, with valid headers and without a gap.
  private func openFiles() throws(StorageError) -> [LogFile] {
    let numbers = try directory.fileSystem.list(directory.logs)
      .compactMap { DataDirectory.number(in: $0, suffix: ".wal") }
      .filter { $0 >= manifest.firstLogNumber }
      .sorted()
    var files: [LogFile] = []
    for (index, number) in numbers.enumerated() {
      let path = directory.log(number)
      guard number == manifest.firstLogNumber + UInt64(index) else { break }
      let bytes = try directory.fileSystem.map(path)
      do throws(StorageError) {
        let reader = try LogReader(
          bytes, path: path, storeIdentity: manifest.storeIdentity, fileNumber: number)
        files.append(LogFile(path: path, byteCount: bytes.count, reader: reader))
      } catch .corrupt where wasBeingMade(bytes, isLast: index == numbers.count - 1, number) {
        break
      }
    }
    if let missing = firstMissing(numbers, opened: files.count) {
      throw .corrupt(
        path: directory.log(missing), offset: 0,
        expected: "a log file that the manifest or a later log file needs; it is missing: "
          + "restore a copy of the data directory")
    }
    return files
  }

  /// A last file with nothing but an incomplete header: the process died while making it. The first
  /// live file was complete before the manifest named it.
  private func wasBeingMade(_ bytes: SharedBytes, isLast: Bool, _ number: UInt64) -> Bool {
    isLast && number > manifest.firstLogNumber
      && bytes.array.dropFirst(LogFormat.fileHeaderByteCount).allSatisfy { $0 == 0 }
  }

  private func firstMissing(_ numbers: [UInt64], opened: Int) -> UInt64? {
    let expected = manifest.firstLogNumber + UInt64(opened)
    if opened == 0 { return expected }
    // Beyond what was opened there may be one file that was being made, and none after it.
    guard let last = numbers.last, last > expected else { return nil }
    return expected
  }

  // MARK: Reading

  private mutating func replay(
    _ file: inout LogFile, isLast: Bool, into state: inout StoreState
  ) throws(StorageError) {
    let first = file.reader.header.firstSequenceNumber
    guard first <= state.sequenceNumber + 1, batchCount == 0 || first == state.sequenceNumber + 1
    else {
      throw .corrupt(
        path: file.path, offset: 32,
        expected: "sequence number \(state.sequenceNumber + 1) first, not \(first): "
          + "restore a copy of the data directory")
    }
    while let frame = try file.reader.next() {
      guard frame.sequenceNumber > state.sequenceNumber else { continue }
      let batch = SharedBytes(frame.batch)
      for operation in try BatchDecoder.decode(batch, path: file.path, offset: frame.offset) {
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
    if !isLast, case .torn = file.reader.ending {
      throw .corrupt(
        path: file.path, offset: file.reader.offset,
        expected: "the frame of sequence number \(file.reader.nextSequenceNumber): "
          + "restore a copy of the data directory")
    }
  }

  private mutating func add(
    _ operation: LogOperation, to state: inout StoreState
  ) throws(StorageError) {
    if case .points(let identity, let operations) = operation {
      pending[identity, default: []] += operations
    } else {
      try applyPending(to: &state)
      try state.apply(operation)
    }
  }

  private mutating func applyPending(to state: inout StoreState) throws(StorageError) {
    for (identity, operations) in pending {
      try state.apply(.points(collection: identity, operations))
    }
    pending.removeAll()
    pendingByteCount = 0
  }

  // MARK: The end

  /// Sets a torn tail aside before `LogWriter` cuts it off.
  private mutating func settleEnd(of file: LogFile) throws(StorageError) -> LogEnd {
    if case .torn(let byteCount) = file.reader.ending {
      tornByteCount = byteCount
      let tail = file.reader.remainder.slice(0..<byteCount)
      let path = directory.tornTail(file.reader.header.fileNumber)
      do throws(StorageError) {
        try tail.withUnsafeBytes { (bytes) throws(StorageError) in
          try directory.fileSystem.writeAtomically(path: path, bytes: bytes)
        }
      } catch  where error.isOutOfSpace {
        // Nothing in it was acknowledged: a full disk is no reason not to start.
      }
    }
    return file.reader.end
  }
}

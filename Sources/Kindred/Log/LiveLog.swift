import StorageIO

/// The log files that a manifest leaves live, read as one log: without a gap between files, and with
/// an unfinished write nowhere but at the end of the last.
struct LiveLog {
  /// A log file by its number, as found in the directory.
  typealias Found = (number: UInt64, bytes: SharedBytes)

  struct File {
    let path: String
    let byteCount: Int
    var reader: LogReader
  }

  private(set) var files: [File] = []
  /// The sequence number of the last frame read, or of what is flushed.
  private(set) var sequenceNumber: UInt64
  private var hasRead = false
  private let manifest: Manifest
  private let directory: DataDirectory

  /// Maps the live log files, ascending.
  static func find(_ manifest: Manifest, in directory: DataDirectory) throws(StorageError)
    -> [Found]
  {
    guard try directory.fileSystem.exists(directory.logs) else { return [] }
    let numbers = try directory.fileSystem.list(directory.logs)
      .compactMap { DataDirectory.number(in: $0, suffix: DataDirectory.logSuffix) }
      .filter { $0 >= manifest.firstLogNumber }
      .sorted()
    var found: [Found] = []
    for number in numbers {
      found.append((number, try directory.fileSystem.map(directory.log(number))))
    }
    return found
  }

  /// Reads the headers.
  /// - Parameter found: ascending, from the first that the manifest leaves live.
  /// - Throws: `.corrupt` for a missing file or a damaged header; `.newerFormat`.
  init(
    _ found: [Found], of manifest: Manifest, in directory: DataDirectory
  ) throws(StorageError) {
    self.manifest = manifest
    self.directory = directory
    sequenceNumber = manifest.flushedSequenceNumber
    for (index, file) in found.enumerated() {
      guard file.number == manifest.firstLogNumber + UInt64(index) else { break }
      let path = directory.log(file.number)
      do throws(StorageError) {
        let reader = try LogReader(
          file.bytes, path: path, storeIdentity: manifest.storeIdentity, fileNumber: file.number)
        files.append(File(path: path, byteCount: file.bytes.count, reader: reader))
      } catch .corrupt where wasBeingMade(file, isLast: index == found.count - 1) {
        break
      }
    }
    if let missing = firstMissing(found) {
      throw .corrupt(
        path: directory.log(missing), offset: 0,
        expected: "a log file that the manifest or a later log file needs; it is missing"
          + Remedy.forDamage)
    }
  }

  /// A last file with nothing but an incomplete header: the process died while making it. The first
  /// live file was complete before the manifest named it.
  private func wasBeingMade(_ file: Found, isLast: Bool) -> Bool {
    isLast && file.number > manifest.firstLogNumber
      && file.bytes.array.dropFirst(LogFormat.fileHeaderByteCount).allSatisfy { $0 == 0 }
  }

  private func firstMissing(_ found: [Found]) -> UInt64? {
    let expected = manifest.firstLogNumber + UInt64(files.count)
    if files.isEmpty { return expected }
    // Beyond what was opened there may be one file that was being made, and none after it.
    guard let last = found.last, last.number > expected else { return nil }
    return expected
  }

  // MARK: Reading

  /// Calls `body` with each frame that is not flushed, in order.
  /// - Throws: what `body` throws; `.corrupt` for a gap or damage anywhere but in an unfinished last
  ///   write.
  mutating func read(
    _ body: (_ frame: LogReader.Frame, _ path: String) throws(StorageError) -> Void
  ) throws(StorageError) {
    for index in files.indices {
      try checkFirst(of: files[index])
      while let frame = try files[index].reader.next() {
        guard frame.sequenceNumber > sequenceNumber else { continue }
        try body(frame, files[index].path)
        sequenceNumber = frame.sequenceNumber
        hasRead = true
      }
      let reader = files[index].reader
      if index == files.count - 2, wasNeverUsed(files[index + 1], after: reader) {
        files.removeLast()
        return
      }
      // A torn end may be that of the mark of the log's end, which nobody waits for.
      if index < files.count - 1, case .torn = reader.ending,
        files[index + 1].reader.header.firstSequenceNumber != reader.nextSequenceNumber
      {
        throw .corrupt(
          path: files[index].path, offset: reader.offset,
          expected: "the frame of sequence number \(reader.nextSequenceNumber)"
            + Remedy.forDamage)
      }
    }
  }

  /// A last file without frames that the file before goes past: a rotation failed once the header was
  /// written, and appending went on in the file before.
  private func wasNeverUsed(_ last: File, after reader: LogReader) -> Bool {
    let first = last.reader.header.firstSequenceNumber
    let goesPast = first < reader.nextSequenceNumber || reader.ending != .clean
    guard goesPast, first <= reader.nextSequenceNumber else { return false }
    var last = last.reader
    do throws(StorageError) {
      return try last.next() == nil && last.ending == .clean
    } catch {
      return false
    }
  }

  private func checkFirst(of file: File) throws(StorageError) {
    let first = file.reader.header.firstSequenceNumber
    guard first <= sequenceNumber + 1, !hasRead || first == sequenceNumber + 1 else {
      throw .corrupt(
        path: file.path, offset: LogFormat.HeaderOffset.firstSequenceNumber,
        expected: "sequence number \(sequenceNumber + 1) first, not \(first)"
          + Remedy.forDamage)
    }
  }

  /// Bytes of the unfinished write at the end, once all has been read.
  var tornByteCount: Int {
    if case .torn(let byteCount) = files.last?.reader.ending { byteCount } else { 0 }
  }

  /// Lets go of the mappings, since the last file may be cut now.
  mutating func close() { files.removeAll() }
}

/// The way out that errors name; how to go it is for the command line to say.
enum Remedy {
  static let forDamage =
    ": restore a backup, or repair the directory, which makes a new one of what can be read"
}

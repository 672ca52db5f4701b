import StorageIO

/// Finds every batch of a log that can be read, also behind damage.
struct LogSalvage {
  struct Batch {
    let sequenceNumber: UInt64
    let bytes: [UInt8]
    let operations: [LogOperation]
  }

  private struct Place {
    let header: FrameHeader
    let offset: Int
    let file: LiveLog.Found
  }

  private let manifest: Manifest
  private let directory: DataDirectory
  /// Ascending by sequence number.
  private var places: [Place] = []

  /// - Parameter found: the log files that are there, ascending.
  init(_ found: [LiveLog.Found], of manifest: Manifest, in directory: DataDirectory) {
    self.manifest = manifest
    self.directory = directory
    for file in found { scan(file) }
    places.sort { $0.header.sequenceNumber < $1.header.sequenceNumber }
    places.removeAll { $0.header.sequenceNumber <= manifest.flushedSequenceNumber }
  }

  /// A frame is known by its own checksum, which begins with the file's seed. That is taken from the
  /// header even if the rest of the header is damaged.
  private mutating func scan(_ file: LiveLog.Found) {
    let bytes = file.bytes
    guard bytes.count > LogFormat.fileHeaderByteCount else { return }
    if let header = try? LogHeader(bytes, path: ""), header.storeIdentity != manifest.storeIdentity
    {
      return
    }
    let seed = bytes.load(at: LogFormat.HeaderOffset.seed, as: UInt32.self)
    var offset = LogFormat.fileHeaderByteCount
    while offset < bytes.count {
      var checksum: UInt32 = 0
      if let header = FrameHeader(bytes, at: offset, seed: seed, checksum: &checksum) {
        places.append(Place(header: header, offset: offset, file: file))
        offset += header.byteCount
      } else {
        offset += 1
      }
    }
  }

  /// Calls `body` with each batch in order.
  /// - Returns: the sequence numbers up to the last one found that are missing.
  func read(
    _ body: (Batch) throws(StorageError) -> Void
  ) throws(StorageError) -> [ClosedRange<UInt64>] {
    var missing: [ClosedRange<UInt64>] = []
    var next = manifest.flushedSequenceNumber + 1
    for place in places where place.header.sequenceNumber >= next {
      let number = place.header.sequenceNumber
      guard let batch = batch(place) else { continue }
      if number > next { missing.append(next...number - 1) }
      try body(batch)
      next = number + 1
    }
    return missing
  }

  private func batch(_ place: Place) -> Batch? {
    let path = directory.log(place.file.number)
    guard let bytes = try? place.header.batch(in: place.file.bytes, at: place.offset, path: path),
      let operations = try? BatchDecoder.decode(
        SharedBytes(bytes), path: path, offset: place.offset)
    else { return nil }
    return Batch(
      sequenceNumber: place.header.sequenceNumber, bytes: bytes, operations: operations)
  }
}

import Kindred
import StorageIO
import TestSupport
import Testing

@Suite struct LogTests {
  private let directory = TemporaryDirectory()
  private let disk = PosixFileSystem()
  private let header = LogHeader(
    seed: 0x0BAD_CAFE, storeIdentity: 0x1122_3344_5566_7788, fileNumber: 1, firstSequenceNumber: 1)
  private var path: String { directory.file("1.wal") }

  /// Writes groups of batches, syncing after each group.
  private func write(_ groups: [[[UInt8]]], marked: Bool = false) throws -> [UInt8] {
    try disk.removeIfPresent(path)
    let log = try LogWriter(creating: path, header: header, in: disk)
    for group in groups {
      for batch in group {
        let encoded = EncodedBatch(batch)
        try log.reserve(batch.count + LogFormat.frameHeaderByteCount)
        _ = log.append(encoded)
      }
      try log.write()
      try log.synchronize()
    }
    if marked { log.markDurable() }
    log.close(keepingMark: marked)
    return try disk.readAll(path).array
  }

  private func reader(_ bytes: [UInt8]) throws -> LogReader {
    try LogReader(
      SharedBytes(bytes), path: path, storeIdentity: header.storeIdentity, fileNumber: 1)
  }

  private func read(
    _ bytes: [UInt8]
  ) throws -> (batches: [[UInt8]], ending: LogReader.Ending, end: Int) {
    var reader = try reader(bytes)
    var batches: [[UInt8]] = []
    while let frame = try reader.next() { batches.append(frame.batch) }
    return (batches, reader.ending!, reader.offset)
  }

  private let batches: [[UInt8]] = [
    [1, 2, 3], [UInt8](repeating: 7, count: 300), [9], Array(0...255), [4, 4],
  ]

  @Test func `what is appended is read back in order`() throws {
    let bytes = try write(batches.map { [$0] })
    let (read, ending, end) = try read(bytes)
    #expect(read == batches)
    #expect(ending == .clean)
    #expect(end == bytes.count)
  }

  @Test func `reserved zeros are a clean end`() throws {
    let bytes = try write([batches])
    let (read, ending, end) = try read(bytes + [UInt8](repeating: 0, count: 5000))
    #expect(read == batches)
    #expect(ending == .clean)
    #expect(end == bytes.count)
  }

  @Test func `a log cut at any byte keeps every whole frame and names the rest torn`() throws {
    let bytes = try write(batches.map { [$0] })
    var ends = [LogFormat.fileHeaderByteCount]
    var reader = try reader(bytes)
    while try reader.next() != nil { ends.append(reader.offset) }
    for cut in LogFormat.fileHeaderByteCount..<bytes.count {
      let (read, ending, end) = try read(Array(bytes[..<cut]))
      let whole = ends.lastIndex { $0 <= cut }!
      #expect(read == Array(batches[..<whole]))
      #expect(end == ends[whole])
      // A rest of nothing but zeros cannot be told from reserved room, and need not be.
      let rest = bytes[ends[whole]..<cut]
      let length = rest.lastIndex { $0 != 0 }.map { $0 + 1 - ends[whole] }
      #expect(ending == length.map { .torn(byteCount: $0) } ?? .clean)
    }
    for cut in 0..<LogFormat.fileHeaderByteCount {
      #expect(throws: StorageError.self) { try self.reader(Array(bytes[..<cut])) }
    }
  }

  @Test func `every flipped bit is corruption, or tears off the last group`() throws {
    let groups = [[batches[0]], [batches[1], batches[2]], [batches[3], batches[4]]]
    let bytes = try write(groups)
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        let (read, ending, end) = try read(damaged)
        // Only the last group has no later frame that vouches for it.
        #expect(read.count >= 3 && read == Array(batches[..<read.count]), "bit \(bit)")
        #expect(ending != .clean && end <= bit / 8, "bit \(bit)")
      } catch let error as StorageError {
        guard case .corrupt(_, let offset, _) = error else {
          if case .newerFormat = error { continue }
          Issue.record("bit \(bit): \(error)")
          continue
        }
        let isInHeader = bit / 8 < LogFormat.fileHeaderByteCount
        #expect(isInHeader || offset <= bit / 8, "bit \(bit)")
      }
    }
  }

  @Test func `with a mark behind it every flipped bit of the last group is corruption too`() throws
  {
    let unmarked = try write(batches.map { [$0] })
    let bytes = try write(batches.map { [$0] }, marked: true)
    #expect(bytes.count == unmarked.count + DurableMark.byteCount)
    #expect(bytes.starts(with: unmarked))
    var reader = try reader(bytes + [UInt8](repeating: 0, count: 100))
    while try reader.next() != nil {}
    #expect(reader.ending == .clean)
    // The mark proves what no frame does.
    #expect(reader.end.unprovenBytes.isEmpty)
    for bit in LogFormat.fileHeaderByteCount * 8..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let found = try? read(damaged)
      if bit / 8 < unmarked.count {
        #expect(found == nil, "bit \(bit)")
      } else {
        #expect(found?.batches == batches && found?.ending != .clean, "bit \(bit)")
      }
    }
  }

  @Test func `the next frame takes the place of a mark`() throws {
    let log = try LogWriter(creating: path, header: header, in: disk)
    for batch in batches {
      try log.reserve(batch.count + LogFormat.frameHeaderByteCount)
      _ = log.append(EncodedBatch(batch))
      try log.write()
      try log.synchronize()
      log.markDurable()
    }
    log.close()
    #expect(try read(try disk.readAll(path).array).batches == batches)
    try disk.remove(path)
    #expect(
      try write(batches.map { [$0] }, marked: true).count
        == (try read(write(batches.map { [$0] })).end)
        + DurableMark.byteCount)
  }

  @Test func `a later frame of the same group does not turn a torn write into corruption`() throws {
    let bytes = try write([[batches[0]], Array(batches[1...])])
    var reader = try reader(bytes)
    _ = try reader.next()
    var torn = bytes
    // The disk kept the end of the write and lost its beginning.
    for index in 0..<40 { torn[reader.offset + index] = 0 }
    let (read, ending, end) = try read(torn)
    #expect(read == [batches[0]])
    #expect(end == reader.offset)
    #expect(ending == .torn(byteCount: bytes.count - end))
  }

  @Test func `appending goes on where the reader stopped`() throws {
    let bytes = try write(batches.map { [$0] })
    try disk.remove(path)
    let file = try disk.open(path, .create)
    try (bytes + [1, 2, 3]).withRawBytes { (bytes) throws(StorageError) in
      try file.write(bytes, at: 0)
    }
    file.close()
    var reader = try reader(bytes + [1, 2, 3])
    while try reader.next() != nil {}
    let log = try LogWriter(resuming: reader.end, path: path, in: disk)
    try log.reserve(1000, spareByteCount: 100)
    #expect(log.append(EncodedBatch([42])) == 6)
    try log.write()
    try log.synchronize()
    log.close()
    #expect(try read(try disk.readAll(path).array).batches == batches + [[42]])
  }

  @Test func `a file of another store, another number or a newer version is refused`() throws {
    let bytes = try write([batches])
    for (identity, number) in [(UInt64(1), UInt64(1)), (header.storeIdentity, 2)] {
      #expect(throws: StorageError.self) {
        try LogReader(
          SharedBytes(bytes), path: path, storeIdentity: identity, fileNumber: number)
      }
    }
    var newer = bytes
    newer[8] = 3
    let checksum = CRC32C.checksum(Array(newer[..<44]))
    withUnsafeBytes(of: checksum) { newer.replaceSubrange(44..<48, with: $0) }
    #expect(throws: StorageError.newerFormat(path: path, found: 3, supported: 2)) {
      try reader(newer)
    }
  }

  @Test func `the worked example of the format document is what is written`() throws {
    let patch = SparseVectorPatch(
      id: 7, vectorName: "r", entries: SparseVector(ascending: [5], weights: [1]), removed: [6])
    let batch = BatchEncoder.encode([.points(collection: 1, [.patch(patch)])])
    #expect(try write([[batch]]) == Hexadecimal.bytes(of: "docs/formats/log.md"))
  }
}

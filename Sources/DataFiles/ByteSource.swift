import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file as its reader wants them: a plain file, one compressed by gzip, a member of a
/// zip archive, or standard input (also compressed by gzip).
///
/// Gzip is recognised by its first bytes, whatever the file is called. A member of an archive is
/// named by a path that goes through the archive as if it were a folder: `ml-1m.zip/ml-1m/users.dat`.
/// An archive itself stands for the one file in it.
///
/// Reads rather than maps, so that a file that somebody truncates meanwhile is an error and not a
/// signal. Not the store's `FileSystem`: a data set may lie behind symbolic links.
package final class ByteSource {
  /// The name that messages give the source.
  package let name: String
  /// The size of a plain file when it was opened; 0 where it cannot be known.
  package private(set) var expectedByteCount = 0

  private let descriptor: Int32
  /// Compressed or plain bytes that were read and not taken yet: `pending[pendingRange]`.
  private var pending = [UInt8](repeating: 0, count: 64 << 10)
  private var pendingRange = 0..<0
  /// Bytes of the file that are still ours to read; nil for all there are.
  private var remainingByteCount: UInt64?
  private var inflation: Inflation?
  /// Taken in, so that a member of an archive can be verified at its end.
  private var crc: UInt32 = 0
  private var madeByteCount: UInt64 = 0
  private var member: ZipArchive.Member?

  private struct Inflation {
    let stream: InflateStream
    let hasMembers: Bool
    var hasEnded = false
  }

  /// - Parameter path: `-` for standard input.
  package init(_ path: String) throws(DataFileError) {
    guard path != "-" else {
      name = "standard input"
      descriptor = STDIN_FILENO
      try recognise()
      return
    }
    name = path
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      let code = errno
      guard code == ENOTDIR, let (archive, inside) = ZipArchive.split(path) else {
        throw .unreadable(.io(operation: "open", path: path, code: code))
      }
      let member = try archive.member(named: inside)
      descriptor = archive.takeDescriptor()
      try begin(member)
      return
    }
    descriptor = file
    try recognise()
  }

  deinit { if descriptor != STDIN_FILENO { _ = close(descriptor) } }

  /// Whether there is something to read at `path`, also in an archive.
  package static func exists(_ path: String) -> Bool {
    if access(path, R_OK) == 0 { return true }
    guard errno == ENOTDIR, let (archive, inside) = ZipArchive.split(path) else { return false }
    return archive.holds(inside)
  }

  /// Fills `buffer` (which has room) as far as it goes at once.
  /// - Returns: 0 only at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataFileError) -> Int {
    let count = try inflation == nil ? readStored(into: buffer) : readInflated(into: buffer)
    guard let member else { return count }
    crc = ZlibCRC32.extend(crc, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    madeByteCount += UInt64(count)
    if count == 0, crc != member.crc || madeByteCount != member.byteCount {
      throw .unusable(path: name, reason: "is damaged: its checksum is wrong")
    }
    return count
  }

  // MARK: - What it is

  private func recognise() throws(DataFileError) {
    var status = stat()
    if fstat(descriptor, &status) == 0 {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw .unreadable(.io(operation: "read", path: name, code: EISDIR))
      }
      expectedByteCount = Int(status.st_size)
    }
    // A pipe may give the first bytes one by one.
    while pendingRange.count < 4, try fill() {}
    let head = pending[pendingRange.prefix(4)]
    if head.starts(with: [0x1F, 0x8B]) {
      expectedByteCount = 0
      inflation = Inflation(stream: try Self.stream(.gzip), hasMembers: true)
    } else if head.elementsEqual([0x50, 0x4B, 0x03, 0x04]) {
      guard descriptor != STDIN_FILENO else {
        throw .unusable(
          path: name, reason: "is a zip archive, whose contents stand at its end; use unzip -p")
      }
      try begin(ZipArchive(borrowing: descriptor, path: name).onlyMember())
    } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      throw .unusable(path: name, reason: "is UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8")
    }
  }

  private func begin(_ member: ZipArchive.Member) throws(DataFileError) {
    guard lseek(descriptor, off_t(member.dataOffset), SEEK_SET) >= 0 else {
      throw .unreadable(.io(operation: "read", path: name, code: errno))
    }
    pendingRange = 0..<0
    remainingByteCount = member.storedByteCount
    expectedByteCount = Int(clamping: member.byteCount)
    self.member = member
    if member.isDeflated {
      inflation = Inflation(stream: try Self.stream(.none), hasMembers: false)
    }
  }

  private static func stream(
    _ frame: InflateStream.Frame
  ) throws(DataFileError) -> InflateStream {
    guard let stream = InflateStream(frame) else {
      throw .unreadable(.io(operation: "inflate", path: "data", code: ENOMEM))
    }
    return stream
  }

  // MARK: - Reading

  private func readStored(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(DataFileError) -> Int {
    guard pendingRange.isEmpty else {
      let count = min(buffer.count, pendingRange.count)
      pending.withUnsafeBytes { bytes in
        buffer.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[pendingRange.prefix(count)]))
      }
      pendingRange.removeFirst(count)
      return count
    }
    return try readFile(into: buffer)
  }

  private func readInflated(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(DataFileError) -> Int {
    while !inflation!.hasEnded {
      let hasInput = pendingRange.isEmpty ? try fill() : true
      let (outcome, taken, made) = pending.withUnsafeBytes { bytes in
        inflation!.stream.step(
          UnsafeRawBufferPointer(rebasing: bytes[pendingRange]), into: buffer)
      }
      pendingRange.removeFirst(taken)
      switch outcome {
      case .more: break
      case .end:
        let isLast = pendingRange.isEmpty ? try !fill() : false
        // After the last member some writers leave zeros.
        if isLast || !inflation!.hasMembers || pending[pendingRange.lowerBound] != 0x1F {
          inflation!.hasEnded = true
        } else if !inflation!.stream.restart() {
          throw damaged(isCut: false)
        }
      case .damaged: throw damaged(isCut: !hasInput)
      }
      if made > 0 { return made }
    }
    return 0
  }

  private func damaged(isCut: Bool) -> DataFileError {
    .unusable(
      path: name,
      reason: isCut
        ? "ends too early: its compressed data is not complete"
        : "is damaged: its compressed data makes no sense")
  }

  /// Adds what the file gives at once to the pending bytes, which leave room for it.
  /// - Returns: false at the end.
  private func fill() throws(DataFileError) -> Bool {
    if pendingRange.isEmpty { pendingRange = 0..<0 }
    let start = pendingRange.upperBound
    var failure: DataFileError?
    let count = pending.withUnsafeMutableBytes { bytes in
      do throws(DataFileError) {
        return try readFile(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    pendingRange = pendingRange.lowerBound..<start + count
    return count > 0
  }

  private func readFile(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(DataFileError) -> Int {
    let room = min(UInt64(buffer.count), remainingByteCount ?? .max)
    if room == 0 { return 0 }
    while true {
      let result = systemRead(descriptor, buffer.baseAddress!, Int(room))
      if result >= 0 {
        if result == 0, remainingByteCount != nil { throw damaged(isCut: true) }
        remainingByteCount? -= UInt64(result)
        return result
      }
      if errno != EINTR { throw .unreadable(.io(operation: "read", path: name, code: errno)) }
    }
  }
}

/// `read(2)`, out of the reach of methods of that name.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}

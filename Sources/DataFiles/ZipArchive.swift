import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The directory of a zip archive (PKWARE's APPNOTE, with its 64-bit extension), and where in the
/// file each member's data is. Members are stored or deflated; nothing is encrypted.
package final class ZipArchive {
  package struct Member: Equatable, Sendable {
    package var name: String
    var isDeflated: Bool
    var crc: UInt32
    /// The size in the archive.
    var storedByteCount: UInt64
    package var byteCount: UInt64
    /// The place in the archive where its data begins.
    var dataOffset: UInt64
  }

  private struct Entry {
    var name: String
    var flags: UInt16
    var method: UInt16
    var crc: UInt32
    var storedByteCount: UInt64
    var byteCount: UInt64
    var headerOffset: UInt64
  }

  package let path: String
  /// Files, no folders, in the archive's order.
  package var names: [String] { entries.map(\.name) }

  private var descriptor: Int32
  private let isOwner: Bool
  private var entries: [Entry] = []

  /// The end record and the longest comment.
  private static let maxEndByteCount = 22 + 65_535
  /// A directory of a million members; larger ones are not data sets.
  private static let maxDirectoryByteCount: UInt64 = 64 << 20

  package convenience init(_ path: String) throws(DataFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(.io(operation: "open", path: path, code: errno))
    }
    try self.init(descriptor, path, isOwner: true)
  }

  /// - Parameter descriptor: stays open, and the caller's.
  convenience init(borrowing descriptor: Int32, path: String) throws(DataFileError) {
    try self.init(descriptor, path, isOwner: false)
  }

  private init(_ descriptor: Int32, _ path: String, isOwner: Bool) throws(DataFileError) {
    self.descriptor = descriptor
    self.path = path
    self.isOwner = isOwner
    entries = try readDirectory()
  }

  deinit { if isOwner, descriptor >= 0 { _ = close(descriptor) } }

  /// Whether the file begins as zip archives do.
  package static func isArchive(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { _ = close(descriptor) }
    var head: UInt32 = 0
    return pread(descriptor, &head, 4, 0) == 4 && UInt32(littleEndian: head) == 0x0403_4B50
  }

  /// An archive and a path inside, of a path through it; nil when no file on the way is one.
  static func split(_ path: String) -> (archive: ZipArchive, inside: String)? {
    var slash = path.endIndex
    while let next = path[..<slash].lastIndex(of: "/"), next > path.startIndex {
      slash = next
      var status = stat()
      guard stat(String(path[..<slash]), &status) == 0 else { continue }
      guard status.st_mode & S_IFMT == S_IFREG,
        let archive = try? ZipArchive(String(path[..<slash]))
      else { return nil }
      return (archive, String(path[path.index(after: slash)...]))
    }
    return nil
  }

  /// Whether there is a file or folder of that name.
  func holds(_ name: String) -> Bool {
    entries.contains { $0.name == name || $0.name.hasPrefix(name + "/") }
  }

  /// The file is the caller's now; nothing more can be asked of the archive.
  func takeDescriptor() -> Int32 {
    defer { descriptor = -1 }
    return descriptor
  }

  func member(named name: String) throws(DataFileError) -> Member {
    guard let entry = entries.last(where: { $0.name == name }) else {
      throw .unusable(path: path, reason: "holds no '\(name)'; it holds \(listing)")
    }
    return try member(entry)
  }

  /// The file in an archive that holds one; what macOS adds about a file does not count.
  func onlyMember() throws(DataFileError) -> Member {
    let files = entries.filter { entry in
      !entry.name.hasPrefix("__MACOSX/") && !entry.name.hasSuffix(".DS_Store")
    }
    guard files.count == 1 else {
      if let program = spreadsheetName {
        throw .unusable(path: path, reason: "is a spreadsheet of \(program): save it as CSV")
      }
      throw .unusable(
        path: path,
        reason: "holds \(files.count) files; say which, as in \(path)/"
          + "\(files.first?.name ?? "NAME"): it holds \(listing)")
    }
    return try member(files[0])
  }

  /// The program whose spreadsheets are archives of such files; nil where this is not one.
  private var spreadsheetName: String? {
    if names.contains(where: { $0.hasPrefix("xl/workbook.") }) { return "Excel" }
    if names.contains("mimetype"), names.contains("content.xml") { return "LibreOffice" }
    return nil
  }

  private var listing: String {
    let more = entries.count > 10 ? " and \(entries.count - 10) more" : ""
    return names.prefix(10).joined(separator: ", ") + more
  }

  private func member(_ entry: Entry) throws(DataFileError) -> Member {
    guard entry.flags & 1 == 0 else {
      throw .unusable(path: path, reason: "holds '\(entry.name)' encrypted; unpack it first")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw .unusable(
        path: path,
        reason: "holds '\(entry.name)' compressed by method \(entry.method), which is not known; "
          + "unpack it first")
    }
    // The local header has its own name and extra field before the data.
    let header = try read(30, at: entry.headerOffset)
    guard header.integer(0, UInt32.self) == 0x0403_4B50 else { throw damaged }
    let skipped =
      30 + UInt64(header.integer(26, UInt16.self)) + UInt64(header.integer(28, UInt16.self))
    return Member(
      name: entry.name, isDeflated: entry.method == 8, crc: entry.crc,
      storedByteCount: entry.storedByteCount, byteCount: entry.byteCount,
      dataOffset: entry.headerOffset + skipped)
  }

  // MARK: - The directory

  private var damaged: DataFileError {
    .unusable(path: path, reason: "is not a zip archive, or a damaged one")
  }

  private func readDirectory() throws(DataFileError) -> [Entry] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(.io(operation: "read", path: path, code: errno))
    }
    let byteCount = UInt64(status.st_size)
    let tailByteCount = min(Int(byteCount), Self.maxEndByteCount)
    let tailOffset = byteCount - UInt64(tailByteCount)
    let tail = try read(tailByteCount, at: tailOffset)
    guard tailByteCount >= 22,
      let end = stride(from: tailByteCount - 22, through: 0, by: -1).first(where: {
        tail.integer($0, UInt32.self) == 0x0605_4B50
          && $0 + 22 + Int(tail.integer($0 + 20, UInt16.self)) <= tailByteCount
      })
    else { throw damaged }
    var count = UInt64(tail.integer(end + 10, UInt16.self))
    var directoryByteCount = UInt64(tail.integer(end + 12, UInt32.self))
    var directoryOffset = UInt64(tail.integer(end + 16, UInt32.self))
    if end >= 20, tail.integer(end - 20, UInt32.self) == 0x0706_4B50 {
      let record = try read(56, at: tail.integer(end - 20 + 8, UInt64.self))
      guard record.integer(0, UInt32.self) == 0x0606_4B50 else { throw damaged }
      count = record.integer(32, UInt64.self)
      directoryByteCount = record.integer(40, UInt64.self)
      directoryOffset = record.integer(48, UInt64.self)
    }
    guard directoryByteCount <= Self.maxDirectoryByteCount, directoryOffset <= byteCount,
      directoryByteCount <= byteCount - directoryOffset, count <= directoryByteCount / 46
    else { throw damaged }
    let directory = try read(Int(directoryByteCount), at: directoryOffset)
    var entries: [Entry] = []
    var position = 0
    for _ in 0..<count {
      let (entry, next) = try readEntry(directory, position)
      position = next
      guard entry.headerOffset <= byteCount, entry.storedByteCount <= byteCount else {
        throw damaged
      }
      if !entry.name.hasSuffix("/") { entries.append(entry) }
    }
    return entries
  }

  private func readEntry(
    _ bytes: [UInt8], _ start: Int
  ) throws(DataFileError) -> (Entry, next: Int) {
    guard start + 46 <= bytes.count, bytes.integer(start, UInt32.self) == 0x0201_4B50 else {
      throw damaged
    }
    let nameEnd = start + 46 + Int(bytes.integer(start + 28, UInt16.self))
    let extraEnd = nameEnd + Int(bytes.integer(start + 30, UInt16.self))
    let next = extraEnd + Int(bytes.integer(start + 32, UInt16.self))
    guard next <= bytes.count else { throw damaged }
    var entry = Entry(
      name: DataText.decode(bytes[start + 46..<nameEnd]),
      flags: bytes.integer(start + 8, UInt16.self), method: bytes.integer(start + 10, UInt16.self),
      crc: bytes.integer(start + 16, UInt32.self),
      storedByteCount: UInt64(bytes.integer(start + 20, UInt32.self)),
      byteCount: UInt64(bytes.integer(start + 24, UInt32.self)),
      headerOffset: UInt64(bytes.integer(start + 42, UInt32.self)))
    // The 64-bit field holds, in this order, those values that did not fit.
    var extra = nameEnd
    while extra + 4 <= extraEnd {
      let fieldEnd = extra + 4 + Int(bytes.integer(extra + 2, UInt16.self))
      guard fieldEnd <= extraEnd else { throw damaged }
      if bytes.integer(extra, UInt16.self) == 1 {
        var position = extra + 4
        for field in [\Entry.byteCount, \.storedByteCount, \.headerOffset]
        where entry[keyPath: field] == 0xFFFF_FFFF {
          guard position + 8 <= fieldEnd else { throw damaged }
          entry[keyPath: field] = bytes.integer(position, UInt64.self)
          position += 8
        }
      }
      extra = fieldEnd
    }
    return (entry, next)
  }

  private func read(_ count: Int, at offset: UInt64) throws(DataFileError) -> [UInt8] {
    guard let offset = off_t(exactly: offset) else { throw damaged }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let result = pread(
          descriptor, buffer.baseAddress! + done, count - done, offset + off_t(done))
        if result < 0, errno == EINTR { continue }
        if result < 0 { code = errno }
        guard result > 0 else { return }
        done += result
      }
    }
    if code != 0 { throw .unreadable(.io(operation: "read", path: path, code: code)) }
    guard bytes.count == count else { throw damaged }
    return bytes
  }
}

extension [UInt8] {
  /// The little-endian integer at `offset`, all of whose bytes are there.
  fileprivate func integer<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
    withUnsafeBytes { bytes in
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
  }
}

import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a text file in large blocks of whole lines.
///
/// Reads rather than maps, so that a set that somebody truncates meanwhile is an error and not a
/// signal. Not the store's `FileSystem`: a set may lie behind symbolic links.
package struct TextFile: ~Copyable {
  let path: String
  /// A longer line means that this is no text file.
  static let maxLineByteCount = 1 << 20
  private static let blockByteCount = 4 << 20

  private let descriptor: Int32

  init(_ path: String) throws(MovieLensError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(.io(operation: "open", path: path, code: errno))
    }
  }

  deinit { _ = close(descriptor) }

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  /// Its size now, or 0 when it has none; good for reserving room.
  var byteCount: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// All of a file that is small, such as a configuration.
  package static func contents(_ path: String) throws(MovieLensError) -> [UInt8] {
    let file = try TextFile(path)
    var bytes: [UInt8] = []
    try file.forEachBlock { (block) throws(MovieLensError) in
      for index in 0..<block.count { bytes.append(block[index]) }
    }
    return bytes
  }

  /// Calls `body` with one block of whole lines, at least one, after the other. Every line ends with a newline: the
  /// last one gets one when it has none.
  func forEachBlock(
    _ body: (Span<UInt8>) throws(MovieLensError) -> Void
  ) throws(MovieLensError) {
    let capacity = Self.blockByteCount + Self.maxLineByteCount + 1
    var buffer = [UInt8](repeating: 0, count: capacity)
    var count = 0
    while true {
      let readCount = try read(into: &buffer, at: count, upTo: Self.blockByteCount)
      count += readCount
      if readCount == 0 {
        if count > 0 {
          buffer[count] = UInt8(ascii: "\n")
          try body(buffer.span.extracting(0..<count + 1))
        }
        return
      }
      let wholeCount = (buffer[..<count].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
      guard count - wholeCount <= Self.maxLineByteCount else {
        throw .notRecognised(
          folder: path, reason: "has a line of more than \(Self.maxLineByteCount) bytes")
      }
      if wholeCount > 0 { try body(buffer.span.extracting(0..<wholeCount)) }
      buffer.replaceSubrange(0..<count - wholeCount, with: Array(buffer[wholeCount..<count]))
      count -= wholeCount
    }
  }

  /// Calls `body` with every line, without its newline or carriage return, and its number from 1.
  func forEachLine(
    _ body: (_ bytes: [UInt8], _ number: Int) throws(MovieLensError) -> Void
  ) throws(MovieLensError) {
    var number = 0
    try forEachBlock { (block) throws(MovieLensError) in
      var line: [UInt8] = []
      for index in 0..<block.count {
        let byte = block[index]
        guard byte == UInt8(ascii: "\n") else {
          line.append(byte)
          continue
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        number += 1
        try body(line, number)
        line.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Returns 0 only at the end of the file.
  private func read(
    into buffer: inout [UInt8], at offset: Int, upTo byteCount: Int
  ) throws(MovieLensError) -> Int {
    while true {
      let result = buffer.withUnsafeMutableBytes { bytes in
        systemRead(
          descriptor, bytes.baseAddress! + offset, min(byteCount, bytes.count - offset - 1))
      }
      if result >= 0 { return result }
      if errno != EINTR { throw .unreadable(.io(operation: "read", path: path, code: errno)) }
    }
  }
}

/// `read(2)`, out of the reach of methods of that name.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, buffer, count)
}

/// Reads a text file in large blocks of whole lines; see `ByteSource` for the files there are.
package struct TextFile: ~Copyable {
  /// A longer line means that this is not a text file.
  package static let maxLineByteCount = 1 << 20
  private static let blockByteCount = 4 << 20

  private let source: ByteSource

  package init(_ path: String) throws(DataFileError) { source = try ByteSource(path) }

  /// Its size, or 0 where it is not known beforehand; good for reserving room.
  package var byteCount: Int { source.expectedByteCount }

  /// All of a file that is small, such as a configuration.
  package static func contents(_ path: String) throws(DataFileError) -> [UInt8] {
    let file = try TextFile(path)
    var bytes: [UInt8] = []
    try file.forEachBlock { (block) throws(DataFileError) in
      for index in 0..<block.count { bytes.append(block[index]) }
    }
    return bytes
  }

  /// Calls `body` with one block of whole lines, at least one, after the other. Every line ends with
  /// a newline: the last one gets one when it has none.
  package func forEachBlock<Failure: DataFileFailure>(
    _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let capacity = Self.blockByteCount + Self.maxLineByteCount + 1
    var buffer = [UInt8](repeating: 0, count: capacity)
    var count = 0
    while true {
      let readCount: Int
      do throws(DataFileError) {
        readCount = try read(into: &buffer, at: count, upTo: Self.blockByteCount)
      } catch {
        throw Failure(error)
      }
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
        throw Failure(
          .unusable(
            path: source.name, reason: "has a line of more than \(Self.maxLineByteCount) bytes"))
      }
      if wholeCount > 0 { try body(buffer.span.extracting(0..<wholeCount)) }
      buffer.replaceSubrange(0..<count - wholeCount, with: Array(buffer[wholeCount..<count]))
      count -= wholeCount
    }
  }

  /// Calls `body` with every line, without its newline or carriage return, and its number from 1.
  package func forEachLine<Failure: DataFileFailure>(
    _ body: (_ bytes: [UInt8], _ number: Int) throws(Failure) -> Void
  ) throws(Failure) {
    var number = 0
    try forEachBlock { (block) throws(Failure) in
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
  ) throws(DataFileError) -> Int {
    var failure: DataFileError?
    let count = buffer.withUnsafeMutableBytes { bytes in
      do throws(DataFileError) {
        return try source.read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: bytes[offset..<min(offset + byteCount, bytes.count - 1)]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return count
  }
}

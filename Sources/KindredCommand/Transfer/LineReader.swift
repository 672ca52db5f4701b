import DataFiles

/// Lines of a file one by one, which may be long: a point can be as large as a body.
package final class LineReader {
  /// Above what any server takes in a body.
  static let maxLineByteCount = 64 << 20
  private static let blockByteCount = 1 << 20

  let name: String
  /// Number of the line given out last, from 1; 0 before the first.
  package private(set) var number = 0
  /// Given out, with their newlines: how far reading is.
  private(set) var byteCount = 0
  private let read: (UnsafeMutableRawBufferPointer) throws(CommandFailure) -> Int
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins, and up to where there is no newline in it.
  private var (start, searched) = (0, 0)
  private var isAtEnd = false

  /// - Parameter read: fills the buffer as far as it goes at once; 0 only at the end.
  package init(
    name: String, read: @escaping (UnsafeMutableRawBufferPointer) throws(CommandFailure) -> Int
  ) {
    self.name = name
    self.read = read
  }

  /// - Parameter path: also of a file compressed by gzip; `-` for standard input.
  convenience init(path: String) throws(CommandFailure) {
    let source: ByteSource
    do throws(DataFileError) { source = try ByteSource(path) } catch {
      throw CommandFailure(error.description)
    }
    self.init(name: source.name) { (bytes) throws(CommandFailure) in
      do throws(DataFileError) { return try source.read(into: bytes) } catch {
        throw CommandFailure(error.description)
      }
    }
  }

  /// The lines of a file without a name.
  convenience init(_ file: UnnamedFile, name: String) {
    var offset = 0
    self.init(name: name) { (bytes) throws(CommandFailure) in
      let count = try file.read(into: bytes, at: offset)
      offset += count
      return count
    }
  }

  /// The next line without its newline or carriage return; nil at the end.
  package func next() throws(CommandFailure) -> ArraySlice<UInt8>? {
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        return take(upTo: end, next: end + 1)
      }
      searched = buffer.count
      if isAtEnd {
        return start < buffer.count ? take(upTo: buffer.count, next: buffer.count) : nil
      }
      guard buffer.count - start <= Self.maxLineByteCount else {
        throw CommandFailure(
          "\(name):\(number + 1): expected a line of at most "
            + "\(Figures.bytes(Self.maxLineByteCount))")
      }
      try fill()
    }
  }

  private func take(upTo end: Int, next: Int) -> ArraySlice<UInt8> {
    let last = end > start && buffer[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    let line = buffer[start..<last]
    byteCount += next - start
    (start, searched) = (next, next)
    number += 1
    return line
  }

  private func fill() throws(CommandFailure) {
    // Copied once a block, since lines given out may still be held.
    var grown: [UInt8] = []
    grown.reserveCapacity(buffer.count - start + Self.blockByteCount)
    grown += buffer[start...]
    let kept = grown.count
    // Doubled for long lines, so that they are not copied again for every block.
    let room = max(Self.blockByteCount, kept)
    grown += [UInt8](repeating: 0, count: room)
    var failure: CommandFailure?
    let readCount = grown.withUnsafeMutableBytes { bytes in
      do throws(CommandFailure) {
        return try read(UnsafeMutableRawBufferPointer(rebasing: bytes[kept...]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    grown.removeLast(room - readCount)
    isAtEnd = readCount == 0
    (buffer, start, searched) = (grown, 0, kept)
  }
}
